import { boardKey, boardLogins } from '../board/index.ts';
import { boardDoor, boardRoutes } from '../board/routes.ts';
import { openWord, sweepOften } from '../commitments/index.ts';
import { commitmentRoutes, observeRoute } from '../commitments/routes.ts';
import { messageOf } from '../errors/index.ts';
import { evidenceRoutes } from '../evidence/routes.ts';
import { type Guards, type HookLife, newTicking, openGuards } from '../guards/index.ts';
import { guardRoutes } from '../guards/routes.ts';
import { type Config, countSpool, type HomePaths } from '../home/index.ts';
import { createRoute, failures, json, limitBody, newRoutes, type OpenAPIHono, z } from '../http/index.ts';
import { forget, maskText, openIntake } from '../intake/index.ts';
import { machineId, VERSION } from '../machine/index.ts';
import { openPlans } from '../plans/index.ts';
import { PlanSchema, planRoutes } from '../plans/routes.ts';
import { hookSettings } from '../registration/index.ts';
import { openResume, type Resume } from '../resume/index.ts';
import { resumeRoutes } from '../resume/routes.ts';
import { findClaude, openRuns, type Runs, runProgram } from '../runs/index.ts';
import { runRoutes } from '../runs/routes.ts';
import { keepWatch, lastEvents, sessionStore, showSession } from '../sessions/index.ts';
import { sessionRoutes } from '../sessions/routes.ts';
import { isTombstoned, migrateRoutes, openMigrations, summaryOf } from '../setup/routes.ts';
import { changeLog, type Store } from '../store/index.ts';
import { changeRoutes } from '../store/routes.ts';
import { cutOffTurn, openTurns } from '../turns/index.ts';
import { openUnfinished } from '../unfinished/index.ts';
import { API_PAGE_POLICY, apiPage, type Described } from './api-page.ts';
import { type FrameOptions, frame } from './app.ts';
import { describeTheRest } from './describe-the-rest.ts';
import { newHandOver, readLaunch } from './hand-over.ts';
import type { InstanceLock } from './instance-lock.ts';
import { keepStatusLine } from './keep-status-line.ts';
import { keepTidy } from './keep-tidy.ts';
import { metricsText } from './metrics.ts';
import { proveHooks } from './prove-hooks.ts';
import { registerGuards } from './register-guards.ts';
import { withUpgrade } from './tell-upgrade.ts';

export type Rooms = { app: OpenAPIHono; stop: () => Promise<void> };

export type RoomsOptions = FrameOptions & {
  store: Store;
  home: HomePaths;
  config: Config;
  lock: Pick<InstanceLock, 'fault'>;
  /** The sidecar is stopping: streams end. */
  closing: AbortSignal;
};

/** Opens every room and puts its routes together. Loaded after the sidecar listens: zod alone is slow to load. */
export function openRooms(options: RoomsOptions): Rooms {
  const { store, home, config, lock, log, tally, closing } = options;
  const changes = changeLog(store);
  const sessions = sessionStore(store);
  const mask = config['privacy.redact'] ? maskText : (text: string) => text;
  const warn = (what: string, facts: Record<string, unknown>) => log.warn(facts, what);
  const ticking = { spool: newTicking(), sweep: newTicking(), watchdog: newTicking(), tidying: newTicking() };
  const eventsWait = () => countSpool(home).waiting > 0;
  const hooks = proveHooks({
    ...{ store, home, eventsWait },
    ignoreProjects: config['privacy.ignoreProjects'],
    isTombstoned: (script) => isTombstoned(home, script),
  });
  const guards: Guards = openGuards({
    ...{ store, config, configFile: home.config, mask, closing, warn },
    prove: () => {
      void hooks.look();
      guardsLoud = guards.posture().summary.loud;
      statusLine.refresh();
    },
    run: (command, { input, limitMs, stop }) =>
      runProgram('/bin/sh', ['-c', command], {
        ...{ cwd: home.root, env: process.env, limitMs, stop, firstLine: input },
      }),
  });
  const word = openWord({
    store,
    promises: {
      enabled: config['messaging.actionClaim.enabled'],
      perTopicCap: config['messaging.actionClaim.perTopicCap'],
      expiresHours: config['messaging.actionClaim.expiresHours'],
      followUp: config['messaging.actionClaim.followUp'],
    },
    completions: { enabled: config['messaging.completionClaim.enabled'] },
    mask,
    isLive: sessions.isLive,
  });
  let guardsLoud = 0; // By the last look: events come more often than it is worth to ask everybody.
  const statusLine = keepStatusLine({
    file: home.statusLine,
    facts: () => ({
      promisesOpen: word.commitments.countOpen(),
      guardsLoud,
      queue: queue.waiting(),
    }),
    warn,
  });
  const plans = openPlans({ store, isLive: sessions.isLive });
  const heard = lastEvents(store);
  const unfinishedOf = openUnfinished({
    ...{ sessions, lastEvents: heard, plans, word, closing },
    cutOffTurn: (sessionId) => cutOffTurn(turns.lastOfSession(sessionId)),
  });
  const watchdog = config['monitoring.sessionWatchdog.enabled']
    ? keepWatch({
        ...{ store, sessions, lastEvents: heard, unfinishedOf, eventsWait, closing },
        intervalSeconds: config['monitoring.sessionWatchdog.intervalSeconds'],
        swept: ({ jumped }) => {
          ticking.watchdog.ticked();
          if (jumped) log.info({}, 'the clock jumped: no session is judged by what was before');
        },
        reaped: (sessionId, { why, unfinished }) => {
          tally.add('holdfast_sessions_reaped_total', `why="${why}"`);
          const left = unfinished.strong.map(({ kind }) => kind);
          log.info({ sessionId, why, left }, 'a session is gone without a SessionEnd');
          queue.lookSoon();
        },
        failed: (sessionId, error) =>
          log.warn({ sessionId, why: messageOf(error) }, 'what a session left could not be told'),
        sweepFailed: (error) => {
          ticking.watchdog.failed(error);
          log.warn({ why: messageOf(error) }, 'the watchdog failed; it goes on');
        },
      })
    : null;
  const turns = openTurns({
    store,
    home,
    stallSeconds: config['monitoring.turn.stallSeconds'],
    hookSettings: JSON.stringify(hookSettings()),
    ended: (turn) => {
      runs.turnEnded(turn);
      queue.lookSoon();
    },
    isRunOpen: (id) => runs.isOpen(id),
    warn,
  });
  const runs: Runs = openRuns({
    store,
    turns,
    open: {
      promises: (sessionId) => word.commitments.openFor({ topicId: null, sessionId }),
      planItems: (sessionId) =>
        plans.openItems(sessionId).map(({ origin, id, subject }) => ({
          id: `${origin}/${id}`,
          text: subject ?? `task ${id}`,
        })),
    },
    limits: {
      claudePath: config['runs.claudePath'],
      permissionMode: config['runs.permissionMode'],
      maxTurns: config['runs.maxTurns'],
      maxUsd: config['runs.maxUsd'],
      untilSeconds: config['runs.untilSeconds'],
      worktrees: config['runs.worktrees'] ?? home.worktrees,
      setup: config['runs.setup'],
    },
    homeRoot: home.root,
    eventsWait,
    // A project that never saw `init` has its promises too; loaded with the first run, and not at each start.
    deployHooks: async () => {
      const { deployHooks } = await import('../setup/index.ts');
      deployHooks(home, { absent: 'leave' }); // What the person deleted is not for a run to bring back.
    },
    mask,
    warn,
  });
  const queue: Resume = openResume({
    ...{ store, sessions, lastEvents: heard, turns, unfinishedOf, eventsWait, warn },
    runs: {
      one: runs.rooms.runs.one,
      ofSession: runs.rooms.runs.ofSession,
      endedSince: runs.rooms.runs.endedSince,
      notRevivable: runs.notRevivable,
      beginRevival: runs.beginRevival,
      launch: runs.launch,
      findClaude: () => findClaude(config['runs.claudePath']),
    },
    limits: {
      enabled: config['monitoring.resumeQueue.enabled'],
      dryRun: config['monitoring.resumeQueue.dryRun'],
      tickSeconds: config['monitoring.resumeQueue.tickSeconds'],
      calmTicks: config['monitoring.resumeQueue.calmTicks'],
      maxAttempts: config['monitoring.resumeQueue.maxAttempts'],
      maxResurrections: config['monitoring.resumeQueue.maxResurrections'],
      entryTtlHours: config['monitoring.resumeQueue.entryTtlHours'],
      maxQueueSize: config['monitoring.resumeQueue.maxQueueSize'],
      maxUsdPerDay: config['monitoring.resumeQueue.maxUsdPerDay'],
      maxLiveSessions: config['monitoring.resumeQueue.maxLiveSessions'],
      permissionMode: config['runs.permissionMode'],
    },
    hostLock: {
      path: home.hostLock,
      autoHeal: config['monitoring.resumeQueue.autoHealStaleHostLock'],
      machineId: machineId(store.installation()),
    },
    lockChanged: (state) =>
      log.info(state, state.held ? 'the resume queue has its lock' : 'the resume queue has no lock'),
  });
  const sweeping = sweepOften({
    sweep: word.sweep,
    eventsWait,
    swept: ticking.sweep.ticked,
    failed: (error) => {
      ticking.sweep.failed(error);
      log.warn({ why: messageOf(error) }, 'the sweep failed; it is tried again');
    },
  });
  const handOver = newHandOver({ home, log });
  const intake = openIntake({
    store,
    home,
    sessions,
    word,
    plans,
    redact: config['privacy.redact'],
    ignoreProjects: config['privacy.ignoreProjects'],
    warn,
    taken: ({ event, via, outcome }) => {
      tally.add('holdfast_events_total', `event="${event}",via="${via}",outcome="${outcome}"`);
      setImmediate(() => closing.aborted || statusLine.refresh()); // The hook has its answer first.
      if (event === 'SessionStart' && via === 'live') setImmediate(handOver.look);
    },
    // A run's own session has no person before it.
    notices: {
      tell: (sessionId) =>
        turns.live().some((turn) => turn.sessionId === sessionId)
          ? null
          : withUpgrade(migrations.tell(), guards.attention.tell()),
    },
    draining: {
      looked: ticking.spool.alive,
      drained: ({ taken, rejected, left }) => {
        tally.add('holdfast_spool_rejected_total', '', rejected);
        if (taken + rejected + left > 0) log.info({ taken, rejected, left }, 'drained the spool');
        if (left === 0) ticking.spool.ticked();
        else ticking.spool.failed(`${left} events stay in it, because the ledger does not take them.`);
      },
      failed: (error) => {
        ticking.spool.failed(error);
        log.warn({ why: messageOf(error) }, 'the spool could not be drained');
      },
    },
  });
  const tidying = keepTidy({
    home,
    steps: [
      ...[changes.prune, intake.prune, sessions.prune, turns.prune, runs.prune, queue.prune, guards.prune],
      ...word.prune,
    ],
    keepDays: config['storage.keepDays'],
    tidied: ticking.tidying.ticked,
    failed: (error) => {
      ticking.tidying.failed(error);
      log.warn({ why: messageOf(error) }, 'pruning failed; it is tried again');
    },
  });

  const migrations = openMigrations({
    ...{ store, home, warn },
    launch: readLaunch(home),
    notices: guards.attention,
  });
  migrations.atStart().then(
    (report) => report?.from && log.info({ changed: report.changed, ok: report.ok }, summaryOf(report)),
    (error) =>
      log.warn({ why: messageOf(error) }, 'the upgrade could not be run; the next start tries again'),
  );

  registerGuards(guards, { store, home, config, lock, hooks, ticking, queue, migrations });
  guards.attention.source('resumeQueue', queue.notices);
  guards.attention.source('runs', runs.notices);
  // The turns first: what became of each is in the ledger before its run is looked at.
  turns.recover();
  runs.recover();
  queue.recover();
  guards.begin();

  const isOfRun = (sessionId: string) => runs.rooms.runs.ofSession(sessionId) !== undefined;
  const logins = boardLogins({ key: boardKey(home.boardKey, warn) });
  const app = newRoutes();
  frame(app, options, { isLoggedIn: logins.isLoggedIn, door: boardDoor(logins) });
  app.route('/', intake.routes);
  app.route('/', resumeRoutes(queue)); // Before the sessions: none has this name.
  app.route(
    '/',
    sessionRoutes({
      ...{ sessions, unfinishedOf, isOfRun },
      plan: { schema: PlanSchema, of: plans.of },
      marked: () => queue.lookSoon(),
    }),
  );
  app.route('/', commitmentRoutes(word));
  app.route(
    '/',
    observeRoute({
      word,
      enabled: config['messaging.actionClaim.enabled'],
      perTopicCap: config['messaging.actionClaim.perTopicCap'],
    }),
  );
  app.route('/', evidenceRoutes(word));
  app.route('/', runRoutes({ runs, turnsFolder: home.turns }));
  app.route('/', planRoutes(plans));
  app.route('/', migrateRoutes(migrations));
  app.route('/', guardRoutes(guards));
  app.route('/', changeRoutes({ store, log: changes, closing }));
  app.route('/', forgetRoutes({ store, home, hooks }));
  app.route(
    '/',
    boardRoutes({
      logins,
      sources: {
        ...{ sessions, word, plans, runs, turns, lastChange: store.lastChange },
        showSession: showSession({ sessions, unfinishedOf, isOfRun, planOf: plans.of }),
        queue: queue.describe,
        guards: guards.posture,
        attention: () => ({ items: guards.attention.list() }),
      },
    }),
  );
  app.get('/metrics', (c) =>
    c.text(metricsText({ tally, spooled: countSpool(home).waiting, lastChange: store.lastChange() })),
  );
  describeTheRest(app);
  const document = () =>
    app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'Holdfast', version: VERSION },
      security: [{ token: [] }, { board: [] }],
    });
  app.get('/openapi.json', (c) => c.json(document()));
  app.get('/docs', (c) =>
    c.html(apiPage(document() as Described), 200, { 'content-security-policy': API_PAGE_POLICY }),
  );

  return {
    app,
    stop: async () => {
      await guards.stop(); // First: what stops now is off, and nobody's fault.
      hooks.stop();
      statusLine.stop();
      tidying.stop();
      sweeping.stop();
      await migrations.settled();
      await queue.stop();
      await runs.stop();
      turns.close(); // The clients go on; the next sidecar goes on with them.
      await watchdog?.stop();
      await intake.stop();
    },
  };
}

function forgetRoutes(rooms: { store: Store; home: HomePaths; hooks: HookLife }): OpenAPIHono {
  const routes = newRoutes();
  const what = z.union([
    z.strictObject({ project: z.string().startsWith('/') }),
    z.strictObject({ sessionId: z.string().min(1) }),
  ]);
  const route = createRoute({
    method: 'post',
    path: '/forget',
    summary: 'Removes everything that is stored about a project or a session',
    middleware: limitBody,
    request: { body: { required: true, content: { 'application/json': { schema: what } } } },
    responses: {
      200: json(
        'what is gone',
        z.object({
          sessions: z.number(),
          events: z.number(),
          commitments: z.number(),
          claims: z.number(),
          evidence: z.number(),
          rejectedFiles: z.number(),
        }),
      ),
      ...failures('BAD_INPUT', 'SESSION_BUSY', 'PAYLOAD_TOO_LARGE', 'STORAGE_FULL'),
    },
  });
  return routes.openapi(route, (c) => {
    const gone = forget(rooms, c.req.valid('json'));
    rooms.hooks.forget(c.req.valid('json'));
    return c.json(gone, 200);
  });
}
