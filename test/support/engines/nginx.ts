/** nginx as operators put it in front of several fronts: round robin, without any stickiness, in a process and a scratch folder of its own. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freeTcpPort } from '../network/tcp-ports.ts';
import { scratchFolder } from '../paths.ts';
import { Child } from '../processes/child.ts';
import { toolPath } from '../tools/system-tools.ts';

export class Nginx {
  readonly url: string;
  readonly #child: Child;
  readonly #folder: ReturnType<typeof scratchFolder>;

  private constructor(url: string, child: Child, folder: ReturnType<typeof scratchFolder>) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
  }

  /** Listens on loopback. @param upstreams host and port of each front */
  static async start(upstreams: readonly string[]): Promise<Nginx> {
    const folder = scratchFolder('nginx');
    const port = await freeTcpPort();
    const configuration = join(folder.path, 'nginx.conf');
    writeFileSync(configuration, configurationOf(port, upstreams));
    const child = new Child(toolPath('nginx'), ['-p', folder.path, '-c', configuration, '-e', 'stderr'], { name: 'nginx', cwd: folder.path });
    await child.log.waitFor(({ text }) => text.includes('start worker process '));
    return new Nginx(`http://127.0.0.1:${port}`, child, folder);
  }

  /** The front that answered each request, in order: host and port. */
  get answeredBy(): string[] {
    return readFileSync(join(this.#folder.path, 'access.log'), 'utf8').split('\n').flatMap((line) => /^upstream=(.+?) [A-Z]+ /.exec(line)?.[1]?.split(', ').at(-1) ?? []);
  }

  async stop(): Promise<void> {
    await this.#child.end();
    this.#folder.remove();
  }
}

/** As docs/operations/fronts.md has it, but for what a test needs: no daemon, one worker, its files in its folder. */
function configurationOf(port: number, upstreams: readonly string[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `  ${name}_temp_path ${name}_temp;`).join('\n');
  return `
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
pid nginx.pid;
error_log stderr notice;
events { worker_connections 1024; }
http {
${temporary}
  log_format short 'upstream=$upstream_addr $request_method $uri $status';
  access_log access.log short;
  map $http_upgrade $connection_upgrade {
    default upgrade;
    ''      '';
  }
  upstream fronts {
${upstreams.map((upstream) => `    server ${upstream} max_fails=1 fail_timeout=1s;`).join('\n')}
    keepalive 16;
  }
  server {
    listen 127.0.0.1:${port};
    client_max_body_size 1m;
    location / {
      proxy_pass http://fronts;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_connect_timeout 1s;
      proxy_read_timeout 90s;
      proxy_next_upstream error timeout;
      proxy_buffering off;
    }
  }
}
`;
}
