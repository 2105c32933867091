import { beforeAll, expect, it } from 'vitest';
import { until } from '../kit/until.ts';
import { inBackground, says } from './calls.ts';
import { conversation } from './conversation.ts';
import { holdfastScene } from './holdfast-scene.ts';
import { requireClient } from './run-client.ts';
import { told } from './told.ts';
import { waitingTool } from './waiting-tools.ts';
import { wordOf } from './word-of.ts';

const TIME = { timeout: 60_000 };
const NUDGE = { messaging: { actionClaim: { followUp: 'nudge' } } };

beforeAll(requireClient);

it(
  'a nudge makes the agent go on: once a promise, twice a session, never while something runs',
  TIME,
  async () => {
    const scene = holdfastScene({ config: NUDGE });
    await scene.done('init');
    const { block, runs, open } = waitingTool(scene.folder);
    const talk = await conversation(scene, [
      inBackground(block),
      says('It runs in the background. I will commit the notes now.'),
      says('It has ended.'),
      says('Right. I will update the changelog now.'),
      says('Well.'),
      says('So be it.'),
      says('I will push the branch now.'),
    ]);

    await talk.ask('Begin.');
    await runs();
    expect(talk.api.requests).toHaveLength(2);
    open();
    await until('the turn of the background task to end', () => talk.turns() === 2);
    expect(talk.api.requests).toHaveLength(4);
    await talk.ask('And?');
    await talk.ask('What else?');
    const { api } = await talk.end();

    const nudges = api.requests.map((request) => told(request).filter((text) => text.startsWith('Stop: ')));
    expect(nudges).toEqual([
      ...[[], [], []],
      [
        expect.stringMatching(
          /^Stop: Open promises .*\n- commit notes \(said \d min ago\): ".*"\n.*withdraws it\.$/,
        ),
      ],
      [],
      // What it said while it was going on is told at the end of the next turn, and what was told is not.
      [expect.stringMatching(/^Stop: Open promises .*\n- update changelog \(.*\n.*withdraws it\.$/)],
      [],
    ]);
    const stops = (await scene.events(talk.sessionId)).filter(({ event }) => event === 'Stop');
    expect(stops.map(({ body }) => [body.last_assistant_message, body.stop_hook_active])).toEqual([
      ['It runs in the background. I will commit the notes now.', false],
      ['It has ended.', false],
      ['Right. I will update the changelog now.', true],
      ['Well.', false],
      ['So be it.', true],
      ['I will push the branch now.', false],
    ]);
    // To the person it is one turn, and to the ledger one session that is still where it was.
    expect(talk.turns()).toBe(4);
    expect(scene.transcript(talk.sessionId).filter(({ kind }) => kind === 'prompt')).toHaveLength(4);
    expect((await wordOf(scene).commitments()).map(({ status }) => status)).toEqual(['open', 'open', 'open']);
  },
);
