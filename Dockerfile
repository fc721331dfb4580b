# syntax=docker/dockerfile:1
# flow8 in one image. One stage compiles what no ready package exists for, one builds the web UI, the last is what runs.
#
# Assumed of linuxserver/libreoffice:latest, as its public sources say: it is an Alpine image (3.23; so apk and musl)
# whose own init, /init, would start a desktop on ports 3000 and 3001. Neither that init nor its ports are used.

# The base and its tag are fixed; the versions of its packages are those of its own Alpine release.
# hadolint ignore=DL3007
FROM linuxserver/libreoffice:latest AS build
# hadolint ignore=DL3002
USER 0
# hadolint ignore=DL3018
RUN apk add --no-cache build-base linux-headers python3 python3-dev py3-pip re2-dev abseil-cpp-dev
WORKDIR /app
COPY requirements/main.txt requirements/main.txt
# pymongo, google-re2 and zope-interface have no packages for musl: pip compiles them here from checked sources.
RUN python3 -m venv /app/.venv \
    && /app/.venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/main.txt \
    && /app/.venv/bin/pip uninstall --yes pip

# The web UI, by the same command that builds it everywhere else: what the lockfile names, and nothing of it runs later.
FROM build AS ui
# hadolint ignore=DL3018
RUN apk add --no-cache nodejs npm
COPY flow8core ./
COPY config config
COPY flow8 flow8
COPY ui ui
RUN FLOW8_VENV=/app/.venv ./flow8core ui build

# hadolint ignore=DL3007
FROM linuxserver/libreoffice:latest
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="flow8" \
      org.opencontainers.image.description="A self-hosted workflow platform that never loses work." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/osbits/flow8core"
USER 0
# What the documentation promises to be there, whatever the base brings already; tini reaps and passes signals on.
# Alpine's imagemagick alone reads PNG and GIF; each further format is a package. PDF and SVG are left out on purpose.
# hadolint ignore=DL3018
RUN apk add --no-cache \
        python3 re2 libstdc++ tini \
        imagemagick imagemagick-jpeg imagemagick-tiff imagemagick-webp \
        ghostscript tesseract-ocr tesseract-ocr-data-eng \
        curl wget ca-certificates openssl zip unzip tar gzip \
        mongodb-tools nodejs postgresql-client mysql-client \
    && apk add --no-cache --virtual .npm npm \
    && npm install --global --no-audit --no-fund mongosh@2.12.0 \
    && npm cache clean --force \
    && apk del .npm
WORKDIR /app
COPY --from=build /app/.venv .venv
COPY flow8core Procfile LICENSE deploy/image/enter ./
COPY requirements requirements
COPY config config
COPY flow8 flow8
COPY catalogue catalogue
COPY examples examples
COPY bench bench
COPY docs docs
COPY web web
# Without its sources beside it, a bundle is always fresh: no start builds it again.
COPY --from=ui /app/web/static/ui web/static/ui
COPY workers workers
COPY scheduler scheduler
COPY agents agents
# Code is compiled once and belongs to root: the process that runs flow8 can write to /app/data alone.
RUN .venv/bin/python -m compileall -q -j 0 config flow8 catalogue bench web workers scheduler agents \
    && mkdir -p data/db data/data/flows data/data/attachments data/data/tmp data/logs data/tmp \
    && chown -R 911:911 data
ENV FLOW8_VENV=/app/.venv \
    FLOW8_IN_CONTAINER=true \
    DATA_DIR=/app/data \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/app/data/tmp
VOLUME /app/data
EXPOSE 4454 4445 7701-7799
STOPSIGNAL SIGTERM
# Started as root instead (-u 0), it gives /app/data to 911 and goes on as 911.
USER 911:911
# Through a shell, which knows the port.
# hadolint ignore=DL3025
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 \
    CMD curl -f "http://localhost:${SERVER_PORT:-4454}/health" || exit 1
ENTRYPOINT ["/sbin/tini", "--", "/app/enter"]
CMD ["up"]
