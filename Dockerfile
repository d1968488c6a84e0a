# Build: the wheel with the bundled front end. Run: Python alone, as an ordinary user.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements requirements
RUN pip install --no-cache-dir --require-hashes -r requirements/build.lock -r requirements/node.lock
COPY pyproject.toml README.md LICENSE hatch_build.py ./
COPY engine engine
COPY tasks tasks
COPY web web
COPY processes processes
COPY seeds seeds
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels .

FROM python:3.13-slim
RUN useradd --create-home --uid 10001 peyvand && mkdir /data && chown peyvand /data
COPY requirements/base.lock requirements/demo-data.lock /tmp/
RUN pip install --no-cache-dir --require-hashes -r /tmp/base.lock \
 && pip install --no-cache-dir --require-hashes --no-deps -r /tmp/demo-data.lock
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-deps /wheels/*.whl
USER peyvand
ENV PEYVAND_VAR=/data PEYVAND_HOST=0.0.0.0 PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
CMD ["peyvand", "run"]
