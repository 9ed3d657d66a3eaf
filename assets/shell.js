// On a phone the menu lies over the page: it closes once a page has been chosen from it.
document.addEventListener("click", ({ target }) => {
  if (innerWidth >= 768 || !target.closest?.('.stSidebar [data-testid="stPageLink"] a')) return;
  // After the page has been asked for.
  setTimeout(() => document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click());
});
