# Speech Emotion Recognition, serving only.
#
#   docker build -t ser .
#   docker run --rm -p 8501:8501 --read-only --tmpfs /tmp -v ser-data:/data ser
#   docker run --rm -v "$PWD:/in:ro" ser ser predict /in/clip.mp3
ARG BASE_IMAGE=python:3.11-slim

FROM ${BASE_IMAGE} AS build
WORKDIR /app
COPY requirements.txt requirements.lock deploy/served.py deploy/trim_ffmpeg.py /tmp/
# What only training needs is not installed. After installing go the libraries' own tests (130 MB), what is for notebooks
# and compilers only, pyarrow's network parts, LiteRT's graphics driver, tools and second interface, AVIF pictures,
# matrices in text files, FFmpeg's video encoders, Plotly's script, which Streamlit brings as well, and symbols for
# debugging. Streamlit's tables need pyarrow.
RUN python /tmp/served.py /tmp/requirements.txt /tmp/requirements.lock >/tmp/served.lock \
 && python -m venv /opt/venv \
 && /opt/venv/bin/pip install --disable-pip-version-check --no-compile -q --no-deps --require-hashes -r /tmp/served.lock \
 && cd /opt/venv/lib/python3*/site-packages \
 && find . -depth -type d -name tests -exec rm -rf {} + \
 && rm -rf pyarrow/include pyarrow/*flight* pyarrow/*s3* ai_edge_litert/*WebGpu* ai_edge_litert/tools \
      ai_edge_litert/vendors ai_edge_litert/libLiteRt.so PIL/_avif* pillow.libs/libavif* scipy/io/_fast_matrix_market \
      pydeck/nbextension plotly/labextension plotly/package_data/widgetbundle.js plotly/package_data/plotly.min.js \
 && find . -type f -regex '.*\.\(pyx\|pxd\|h\|hpp\|c\|cc\|cpp\)' -delete \
 && /opt/venv/bin/python /tmp/trim_ffmpeg.py \
 && /opt/venv/bin/python -c "import pyarrow" \
 && /opt/venv/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/venv/lib
COPY . .
RUN /opt/venv/bin/pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e . \
 && /opt/venv/bin/python deploy/trim_languages.py /opt/venv/lib/python3*/site-packages/babel/locale-data ser_core/language \
 && /opt/venv/bin/pip uninstall -q -y setuptools pip \
 && rm -rf *.egg-info \
 && /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash /app

FROM ${BASE_IMAGE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Speech Emotion Recognition" \
      org.opencontainers.image.description="Which emotion a voice sounds like, how sure the model is, and why" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="MIT AND CC-BY-NC-SA-4.0"
# /data holds the saved takes and is the only place that has to last; /tmp may be a tmpfs.
RUN groupadd --gid 10001 ser && useradd --uid 10001 --gid ser --no-create-home --home-dir /tmp ser \
 && install -d -o ser -g ser -m 0700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SER_DATA_DIR=/data \
    SER_CACHE_DIR=/tmp/ser-cache \
    STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE=true \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0
WORKDIR /app
USER 10001:10001
VOLUME ["/data"]
EXPOSE 8501
STOPSIGNAL SIGTERM
# Asks for a prediction: /_stcore/health is green before anything was imported.
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s --retries=3 \
  CMD ["python", "deploy/healthcheck.py"]
CMD ["streamlit", "run", "serve.py"]
