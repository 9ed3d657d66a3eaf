// Under the address of a page Streamlit would first ask there whether the server is there, and only then under the app's,
// with two errors in the console. It is told where the app is, whose pages the server fills in.
{
  const folder = location.pathname.match(/^(.*\/)(?:PAGES)\/?$/)?.[1];
  if (folder) window.__streamlit ??= { BACKEND_BASE_URL: location.origin + folder };
}

// On a phone the menu lies over the page: it closes once a page has been chosen from it.
document.addEventListener("click", ({ target }) => {
  if (innerWidth >= 768 || !target.closest?.('.stSidebar [data-testid="stPageLink"] a')) return;
  // After the page has been asked for.
  setTimeout(() => document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click());
});
// Streamlit's place to drop a file has a name and takes the focus, but calls itself decoration; it is a group of controls.
new MutationObserver(() => {
  for (const place of document.querySelectorAll('[data-testid="stFileUploaderDropzone"][role="presentation"]'))
    place.setAttribute("role", "group");
}).observe(document, { childList: true, subtree: true });
