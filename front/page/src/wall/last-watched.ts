/** Which card led to the player, until the wall has put the focus back on it. */

let name: string | undefined;

export const lastWatched = {
  note(streamer: string): void {
    name = streamer;
  },
  take(): string | undefined {
    const taken = name;
    name = undefined;
    return taken;
  },
};
