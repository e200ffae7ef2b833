import { systemClock } from '../../../../shared/sip/timing/clock.ts';
import { VolatileDirectory, VolatileStore } from '../../../support/signaling/volatile-directory.ts';
import { describeDirectory } from './conformance.ts';

describeDirectory('The directory that other tests use', async () => {
  const store = new VolatileStore();
  return {
    open: async () => new VolatileDirectory(systemClock, store),
    async breakWrites(broken) {
      store.broken = broken;
    },
    remove: async () => undefined,
  };
});
