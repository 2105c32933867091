import { newDrainer } from '../../sidecar/resume/drain.ts';
import { newGates } from '../../sidecar/resume/gates.ts';
import { realWorld } from '../../sidecar/resume/world.ts';
import { openStore } from '../../sidecar/store/index.ts';
import { repository } from '../kit/git.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { aMachine } from '../resume/model-engine.ts';
import { openLife } from '../resume/model-world.ts';
import { fillQueue } from './large-queue.ts';
import { atMost, byTurns, type Figure, timed, undisturbed } from './measure.ts';

const TICKS = 100;
const LIMIT_MS = 20;
const OPEN = 50;

/** A tick of the resume queue that comes as far as an entry: its gates, its order, and a look at the real world. */
export async function queueTick(): Promise<Figure[]> {
  const scenes = [
    scene({ open: OPEN, terminal: 10, runs: OPEN }),
    scene({ open: OPEN, terminal: 10_000, runs: 1_000 }),
  ];
  try {
    const [small = [], large = []] = await byTurns(
      TICKS,
      scenes.map(
        ({ drainer }) =>
          () =>
            timed(async () => {
              const { exercised } = await drainer.tick();
              if (exercised !== 'would-resume') throw new Error(`a tick came to ${exercised}`);
            }),
      ),
    );
    const ms = undisturbed(large);
    const detail = `${ms.toFixed(1)} ms; with 10 that are over ${undisturbed(small).toFixed(1)} ms`;
    const name = `a tick of the resume queue, 50 entries open and 10,000 over / ${LIMIT_MS} ms`;
    return [atMost(name, ms / LIMIT_MS, 1, detail)];
  } finally {
    for (const { end } of scenes) await end();
  }
}

function scene(size: { open: number; terminal: number; runs: number }) {
  const { home, folder, remove } = temporaryHome();
  const project = repository(`${folder}/project`);
  const machine = aMachine();
  const life = openLife(openStore({ home }), machine, { folder: project, homeRoot: home.root }, true);
  fillQueue(life, machine, project, size);
  const rooms = { ...life.rooms, world: { ...realWorld, load: life.rooms.world.load } };
  return {
    drainer: newDrainer(rooms, newGates(rooms)),
    end: async () => {
      await life.end();
      remove();
    },
  };
}
