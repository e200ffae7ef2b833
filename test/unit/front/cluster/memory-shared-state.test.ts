import { MemorySharedState } from '../../../support/front/memory-shared-state.ts';
import { sharedStateConformance } from './shared-state-conformance.ts';

sharedStateConformance('what fronts share, in memory', async () => {
  const state = new MemorySharedState();
  return {
    state,
    silence: async (front, ms) => {
      state.fronts.get(front)!.seenMs = Date.now() - ms;
    },
  };
});
