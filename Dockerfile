# One image for all services; the command says which: signaling, streamer, front, or sipcast for all that there is.
FROM node:22-bookworm-slim AS build
WORKDIR /app
# The page and the services are built when the package is prepared; the lock file alone decides which versions.
COPY package.json package-lock.json .npmrc ./
RUN npm install --no-save --no-fund --no-audit --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-fund --no-audit

FROM node:22-bookworm-slim
ENV NODE_ENV=production
# Films that browsers do not take as they are, and live inputs, need ffmpeg. Its version is that of the base image's Debian.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build --chown=root:root /app/package.json ./package.json
COPY --from=build --chown=root:root /app/node_modules ./node_modules
COPY --from=build --chown=root:root /app/dist ./dist
COPY --from=build --chown=root:root /app/data ./data
COPY --from=build --chown=root:root /app/captures ./captures
# By name, as an installed package has them; what they keep lies in the volume.
RUN for service in signaling streamer front; do chmod +x dist/$service/main.js && ln -s /app/dist/$service/main.js /usr/local/bin/$service; done \
 && chmod +x dist/shared/launcher/sipcast.js && ln -s /app/dist/shared/launcher/sipcast.js /usr/local/bin/sipcast \
 && mkdir /data && chown node:node /data
VOLUME /data
USER node
ENV SIPCAST_DIRECTORY=/data/directory.xml \
    SIPCAST_DATABASE=/data/front.db \
    SIPCAST_CACHE=/data/cache \
    SIPCAST_METRICS_PORT=9464
# Every service that has a metrics port answers there, where it listens, whether it is ready.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://${process.env.SIPCAST_HOST || '127.0.0.1'}:${process.env.SIPCAST_METRICS_PORT}/readyz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["front"]
