# One image for web, worker, beat and migrations; docker-compose.yml says which command runs.
FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/production.txt /tmp/production.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-deps --require-hashes --requirement /tmp/production.txt

FROM python:3.12-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=tracker.settings DATA_DIR=/data STATIC_ROOT=/app/staticfiles
# Fonts for names and texts in every script: the typesetter of PDFs carries Latin, Greek,
# Cyrillic and Hebrew only.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --system --gid 10001 tracker \
    && useradd --system --uid 10001 --gid tracker --home-dir /app --no-create-home tracker \
    && install --directory --owner=tracker --group=tracker /data
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY manage.py ./
COPY networks networks
COPY milestones milestones
COPY reports reports
COPY notifications notifications
COPY tracker tracker
# Files are read-only for the process that serves them; only /data is its own.
RUN python manage.py collectstatic --no-input --verbosity 0
USER tracker
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "tracker.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "4", "--no-control-socket"]
