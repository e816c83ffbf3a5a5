# vendor-audit in a box: the program, Pango and a font for the PDF; it runs as nobody in particular.
#   docker build -t vendor-audit .
#   docker run --rm -v "$PWD:/work" vendor-audit run acme.yaml
FROM python:3.12-slim AS build
WORKDIR /source
COPY requirements requirements
RUN pip wheel --no-cache-dir --require-hashes --requirement requirements/runtime.txt --wheel-dir /wheels
COPY . .
RUN pip install --no-cache-dir --require-hashes --requirement requirements/build.txt \
    && pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels .

FROM python:3.12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 auditor
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-index --find-links /wheels vendor-audit && rm -rf /wheels
USER auditor
WORKDIR /work
ENTRYPOINT ["vendor-audit"]
CMD ["--help"]
