# One file for every image: --build-arg SERVICE=ingest|scoring|notify|migrations.
# An image holds shared/, that one service and that service's packages; `migrations` holds the one-shot jobs.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS packages
ENV UV_PROJECT_ENVIRONMENT=/opt/venv UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
RUN --mount=type=cache,target=/root/.cache pip install --quiet --root-user-action=ignore uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock ./
# First what all images share, in a layer built once; then this service's own.
RUN --mount=type=cache,target=/root/.cache uv sync --quiet --frozen --no-default-groups
ARG SERVICE
RUN --mount=type=cache,target=/root/.cache uv sync --quiet --frozen --no-default-groups \
    --group "${SERVICE:?build with --build-arg SERVICE=ingest, scoring, notify or migrations}"

FROM ${PYTHON_IMAGE} AS source
ARG SERVICE
COPY shared /all/shared
COPY services /all/services
COPY migrations /all/migrations
# The jobs need no service, and a service needs nothing of the others.
RUN mkdir -p /app/services && mv /all/shared /app/ && cp /all/services/__init__.py /app/services/ \
 && if [ "$SERVICE" = migrations ]; then \
      mv /all/migrations /app/; \
    else mv "/all/services/$SERVICE" /app/services/; fi \
 && python3 -m compileall -q /app

FROM ${PYTHON_IMAGE}
ARG SERVICE
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin tiendo
COPY --from=packages /opt/venv /opt/venv
COPY --from=source /app /app
WORKDIR /app
USER 10001
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 SERVICE=${SERVICE} HOST=0.0.0.0 PORT=8080
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=4s --start-period=300s --retries=6 \
  CMD ["python", "-c", "import os, http.client as h; c = h.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=3); c.request('GET', '/health/ready'); exit(c.getresponse().status != 200)"]
CMD ["sh", "-c", "if [ \"$SERVICE\" = migrations ]; then exec python -m migrations upgrade; fi; exec python -m \"services.$SERVICE\""]
