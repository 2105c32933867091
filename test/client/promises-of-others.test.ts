import { beforeAll, expect, it } from 'vitest';
import { runs, says } from './calls.ts';
import { conversation } from './conversation.ts';
import { holdfastScene } from './holdfast-scene.ts';
import { requireClient } from './run-client.ts';
import { told } from './told.ts';
import { wordOf } from './word-of.ts';

const TIME = { timeout: 60_000 };

beforeAll(requireClient);

it(
  'a new session hears of promises whose session is over, and not of those of a live one',
  TIME,
  async () => {
    const scene = holdfastScene();
    const { commitments } = wordOf(scene);
    await scene.done('init');

    const ended = await scene.session([says('That is all for today. I will commit the notes now.')]);
    const living = await conversation(scene, [says('A quick look first. I will push the branch now.')]);
    await living.ask('Have a look.');
    const [first] = living.api.requests.map(told);
    // By its prompt alone: a session that starts up hears nothing of the others.
    expect(first).toEqual([
      expect.stringMatching(
        /^UserPromptSubmit: .*\n- commit notes \(said \d min ago, by a session that is over or unknown\): ".*"\n.*$/,
      ),
    ]);

    const resumed = await scene.session(
      [runs('touch notes.md && git add notes.md && git commit -m "Keep the notes"'), says('Kept.')],
      { resume: ended.sessionId },
    );
    const [second] = resumed.api.requests.map(told);
    expect(second).toEqual([
      expect.stringMatching(/^SessionStart: .*\n- commit notes \(said \d min ago\): ".*"\n.*$/),
      expect.stringMatching(/^UserPromptSubmit: .*\n- commit notes \(said \d min ago\): ".*"\n.*$/),
    ]);
    expect(await commitments()).toMatchObject([
      { object: 'notes', status: 'kept', evidence: { toolUseId: resumed.api.toolUses[0]?.id } },
      { object: 'branch', status: 'open', sessionId: living.sessionId },
    ]);

    living.child.kill('SIGKILL');
    await living.ended;
    expect(await scene.row(living.sessionId)).toMatchObject({ state: 'between_turns' });
    const later = await scene.session([says('Hello.')]);
    expect(later.api.requests.map(told)).toEqual([
      [expect.stringMatching(/\n- push branch \(said \d min ago, by a session that is over or unknown\): /)],
    ]);
  },
);
