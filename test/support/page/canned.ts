/** People, rooms and accounts to show on the page: enough of each to fill it, with names that strain it. */

export interface CannedRoom {
  id: string;
  title: string;
  description: string;
  visibility: 'public' | 'private';
  admission: 'open' | 'invite-only';
  password: string;
  guest_limit: number | null;
  owner: { id: string; full_name: string };
  created: string;
  active: string;
  members: string[];
}

export const PEOPLE = [
  { name: 'Ada Lovelace', busy: false },
  { name: 'Bo', busy: true },
  { name: '<b>Charlie</b> & Söhne', busy: false },
  { name: 'مريم الأسطرلابي', busy: false },
  { name: '山田 花子', busy: true },
  { name: 'Dorothy Vaughan', busy: false },
  { name: 'A name that is as long as names may be, and then it goes on 12345', busy: false },
];

const HOUR_MS = 3_600_000;

function room(index: number, title: string, more: Partial<CannedRoom> = {}): CannedRoom {
  const time = new Date(Date.UTC(2026, 10, 29, 18) - index * HOUR_MS).toISOString();
  return {
    id: `room${String(index)}`.padEnd(22, 'A'),
    title,
    description: '',
    visibility: 'public',
    admission: 'open',
    password: '',
    guest_limit: null,
    owner: { id: 'u2', full_name: 'Grace Hopper' },
    created: time,
    active: time,
    members: [],
    ...more,
  };
}

export const ROOMS: readonly CannedRoom[] = [
  room(0, 'Tea at five', { description: 'Everybody who has a cup. We talk about anything but work.', members: ['Bo', '山田 花子', 'Edsger', 'Barbara Liskov', 'Tony', 'Leslie', 'Ken'], guest_limit: 12 }),
  room(1, 'Compilers, the reading group', { description: 'This week: register allocation by graph colouring, and why everybody does it differently since.', admission: 'invite-only', members: ['Grace Hopper', 'Frances Allen'] }),
  room(2, 'Board meeting', { visibility: 'private', password: 'secret', owner: { id: 'u1', full_name: 'Ana Boes' }, guest_limit: 8 }),
  room(3, 'غرفة الفلك', { description: 'نتحدث عن النجوم كل مساء.', owner: { id: 'u3', full_name: 'مريم الأسطرلابي' } }),
  room(4, '<img src=x onerror=alert(1)> & other titles', { description: '<script>alert(1)</script> is text like any other.', guest_limit: 2, members: ['Mallory', 'Trent'] }),
  room(5, 'Ana’s office', { description: 'Knock, and come in.', owner: { id: 'u1', full_name: 'Ana Boes' } }),
  room(6, 'AVeryLongTitleWithoutAnySpaceInItThatStillHasToFitIntoACardOfAnyWidthWhatsoever', { description: 'x'.repeat(300) }),
];

export const CALLS = [{ id: 'call1', from: 'Bo', to: '山田 花子', since: '2026-11-29T17:30:00Z' }];

export const STREAMERS = [
  { name: 'clock', address: '127.0.0.1:9', title: 'The clock', description: 'A clip that counts its seconds.', image: '', viewers: 3 },
  { name: 'harbour', address: '127.0.0.1:9', title: 'View of the harbour', description: 'North quay, facing east.', image: '', viewers: 0 },
];

/** What operators see of what runs. */
export const RUNNING = {
  streamers: STREAMERS.map(({ name, title, viewers }) => ({ name, title, viewers, codecs: { audio: ['opus'], video: ['VP8'] }, since: '2026-11-29T08:00:00Z' })),
  sessions: [
    { id: 'watch1', viewer: 'Bo', streamer: STREAMERS[0]?.name ?? '', via: 'page', since: '2026-11-29T17:00:00Z' },
    { id: 'watch2', viewer: 'OBS', streamer: STREAMERS[0]?.name ?? '', via: 'whep', since: '2026-11-29T17:20:00Z' },
  ],
  errors: [
    { at: '2026-11-29T17:10:00Z', level: 'warn', message: 'signaling does not answer as it should; asking on', detail: '{"signaling":"127.0.0.1:5060"}' },
    { at: '2026-11-29T17:05:00Z', level: 'error', message: 'a request failed for a reason of our own', callId: 'hpCjVZwK0aM5', detail: '{"path":"/offer","error":"connect EHOSTUNREACH"}' },
  ],
  metrics: [
    { name: 'sipcast_front_signaling_up', labels: {}, value: 1 },
    { name: 'sipcast_front_watching', labels: {}, value: 2 },
    { name: 'sipcast_front_pages', labels: {}, value: 5 },
    { name: 'sipcast_front_people', labels: {}, value: 4 },
    { name: 'sipcast_front_room_places', labels: {}, value: 3 },
    { name: 'sipcast_http_requests_total', labels: { status: '500' }, value: 1 },
  ],
};
