import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isCalm, readMachineLoad } from '../../sidecar/resume/machine-load.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

type Tree = Record<string, string | null>;

/** Two CPUs with a load of 1, 8 GB with 4 free, and no control groups. */
const MACHINE: Tree = {
  'proc/loadavg': '1.00 0.50 0.25 1/200 4242\n',
  'proc/stat': 'cpu  1 2 3\ncpu0 1 2 3\ncpu1 1 2 3\nintr 4\n',
  'proc/meminfo': 'MemTotal:        8000000 kB\nMemFree:          100000 kB\nMemAvailable:    4000000 kB\n',
};
/** A folder in its place: also root cannot read that. */
const UNREADABLE = '(a folder)';
const OWN = 'sys/fs/cgroup/user.slice/app.scope';
const stat = (inactive: number, active: number, prefix = '') =>
  `anon 5\n${prefix}inactive_file ${inactive}\n${prefix}active_file ${active}\nslab 1\n`;

/** Null: it is not there. */
function rootOf(tree: Tree): string {
  const root = temporaryFolder();
  for (const [name, text] of Object.entries({ ...MACHINE, ...tree })) {
    const file = join(root, name);
    mkdirSync(dirname(file), { recursive: true });
    if (text === UNREADABLE) mkdirSync(file);
    else if (text !== null) writeFileSync(file, text);
  }
  return root;
}

const read = (tree: Tree) => readMachineLoad({ platform: 'linux', root: rootOf(tree) });

describe('the machine', () => {
  const rows: [string, Tree, number | null, number | null][] = [
    ['without control groups', {}, 0.5, 0.5],
    ['without a load', { 'proc/loadavg': null }, null, 0.5],
    ['with a load that is not understood', { 'proc/loadavg': 'much\n' }, null, 0.5],
    ['with an empty load', { 'proc/loadavg': '' }, null, 0.5],
    ['with a load that cannot be read', { 'proc/loadavg': UNREADABLE }, null, 0.5],
    ['without its CPUs', { 'proc/stat': null }, null, 0.5],
    ['without its memory', { 'proc/meminfo': null }, 0.5, null],
    ['of a kernel that does not tell what is available', { 'proc/meminfo': 'MemTotal: 8 kB\n' }, 0.5, null],
    ['whose control groups cannot be read', { 'proc/self/cgroup': UNREADABLE }, null, null],
  ];
  test.each(rows)('%s', (_, tree, load, memoryFree) => {
    expect(read(tree)).toEqual({ load, memoryFree });
  });
});

describe('a container of version 2', () => {
  const GROUP: Tree = { 'proc/self/cgroup': '0::/user.slice/app.scope\n' };
  const QUOTA: Tree = { ...GROUP, [`${OWN}/cpu.max`]: '50000 100000\n' };
  const LIMIT: Tree = {
    ...GROUP,
    [`${OWN}/memory.max`]: '1000\n',
    [`${OWN}/memory.current`]: '900\n',
    [`${OWN}/memory.stat`]: stat(0, 0),
  };
  const full = (percent: string) => `some avg10=90.00 avg60=90.00 avg300=1.00 total=1
full avg10=0.00 avg60=${percent} avg300=0.00 total=1\n`;
  const UP = 'sys/fs/cgroup/user.slice';

  const rows: [string, Tree, number | null, number | null][] = [
    [
      'without limits',
      { ...GROUP, [`${OWN}/cpu.max`]: 'max 100000\n', [`${OWN}/memory.max`]: 'max\n' },
      0.5,
      0.5,
    ],
    ['of half a CPU, on a kernel that tells nothing more', QUOTA, 2, 0.5],
    ['that waits for nothing', { ...QUOTA, [`${OWN}/cpu.pressure`]: full('0.00') }, 1, 0.5],
    ['of half a CPU for two threads', { ...QUOTA, [`${OWN}/cpu.pressure`]: full('75.00') }, 4, 0.5],
    [
      'that may never run',
      { ...QUOTA, [`${OWN}/cpu.pressure`]: full('100.00') },
      Number.POSITIVE_INFINITY,
      0.5,
    ],
    ['of an older kernel', { ...QUOTA, [`${OWN}/cpu.pressure`]: 'some avg10=0 avg60=0\n' }, 2, 0.5],
    ['whose pressure is not measured', { ...QUOTA, [`${OWN}/cpu.pressure`]: UNREADABLE }, 2, 0.5],
    ['limited further up', { ...GROUP, [`${UP}/cpu.max`]: '25000 100000\n' }, 4, 0.5],
    ['limited at its mount', { ...GROUP, 'sys/fs/cgroup/cpu.max': '25000 100000\n' }, 4, 0.5],
    [
      'with a namespace of its own',
      { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '25000 100000\n' },
      4,
      0.5,
    ],
    [
      'that begins above its mount',
      { 'proc/self/cgroup': '0::/../../a\n', 'sys/fs/cgroup/cpu.max': '25000 100000\n' },
      4,
      0.5,
    ],
    ['with a quota that is not understood', { ...QUOTA, [`${OWN}/cpu.max`]: '\n' }, null, 0.5],
    ['with a quota that cannot be read', { ...GROUP, [`${OWN}/cpu.max`]: UNREADABLE }, null, 0.5],

    ['with little of its memory left', LIMIT, 0.5, 0.1],
    ['that holds files', { ...LIMIT, [`${OWN}/memory.stat`]: stat(300, 300) }, 0.5, 0.5],
    ['with more than the machine has', { ...LIMIT, [`${OWN}/memory.max`]: '9000000\n' }, 0.5, 0.5],
    ['above its limit', { ...LIMIT, [`${OWN}/memory.current`]: '1100\n' }, 0.5, 0],
    ['whose use cannot be read', { ...LIMIT, [`${OWN}/memory.current`]: null }, 0.5, null],
    ['whose use is not understood', { ...LIMIT, [`${OWN}/memory.current`]: '\n' }, 0.5, null],
    ['whose files are not told', { ...LIMIT, [`${OWN}/memory.stat`]: 'anon 5\n' }, 0.5, null],
  ];
  test.each(rows)('%s', (_, tree, load, memoryFree) => {
    const got = read(tree);
    expect(got.load).toBe(load);
    memoryFree === null
      ? expect(got.memoryFree).toBeNull()
      : expect(got.memoryFree).toBeCloseTo(memoryFree, 9);
  });
});

describe('a container of version 1', () => {
  const GROUP: Tree = {
    'proc/self/cgroup': '4:memory:/docker/a\n3:cpu,cpuacct:/docker/a\n1:name=systemd:/\n0::/\n',
  };
  const CPU = 'sys/fs/cgroup/cpu';
  const MEMORY = 'sys/fs/cgroup/memory';
  const QUOTA: Tree = {
    ...GROUP,
    [`${CPU}/cpu.cfs_quota_us`]: '50000\n',
    [`${CPU}/cpu.cfs_period_us`]: '100000\n',
  };
  const LIMIT: Tree = {
    ...GROUP,
    [`${MEMORY}/docker/a/memory.limit_in_bytes`]: '1000\n',
    [`${MEMORY}/docker/a/memory.usage_in_bytes`]: '900\n',
    [`${MEMORY}/docker/a/memory.stat`]: `inactive_file 1\n${stat(100, 100, 'total_')}`,
  };
  const rows: [string, Tree, number | null, number | null][] = [
    ['without limits', { ...QUOTA, [`${CPU}/cpu.cfs_quota_us`]: '-1\n' }, 0.5, 0.5],
    ['of half a CPU, at its mount', QUOTA, 2, 0.5],
    ['whose period is not there', { ...QUOTA, [`${CPU}/cpu.cfs_period_us`]: null }, null, 0.5],
    ['with its own limit of memory', LIMIT, 0.5, 0.3],
    ['whose use cannot be read', { ...LIMIT, [`${MEMORY}/docker/a/memory.usage_in_bytes`]: null }, 0.5, null],
    [
      'with the number that stands for no limit',
      { ...LIMIT, [`${MEMORY}/docker/a/memory.limit_in_bytes`]: '9223372036854771712\n' },
      0.5,
      0.5,
    ],
  ];
  test.each(rows)('%s', (_, tree, load, memoryFree) => {
    const got = read(tree);
    expect(got.load).toBe(load);
    memoryFree === null
      ? expect(got.memoryFree).toBeNull()
      : expect(got.memoryFree).toBeCloseTo(memoryFree, 9);
  });
});

describe('macOS', () => {
  const mac = { platform: 'darwin', loadOfMinute: () => 6, cpus: () => 4, sysctl: () => '37\n' } as const;
  test('is asked what it calls free', () => {
    const asked: string[] = [];
    const sysctl = (name: string) => {
      asked.push(name);
      return '37\n';
    };
    expect(readMachineLoad({ ...mac, sysctl })).toEqual({ load: 1.5, memoryFree: 0.37 });
    expect(asked).toEqual(['kern.memorystatus_level']);
  });

  test('that does not say is not known', () => {
    const sysctl = () => {
      throw new Error('unknown oid');
    };
    expect(readMachineLoad({ ...mac, sysctl })).toEqual({ load: 1.5, memoryFree: null });
    expect(readMachineLoad({ ...mac, sysctl: () => '\n', loadOfMinute: () => Number.NaN })).toEqual({
      load: null,
      memoryFree: null,
    });
  });
});

describe('calm', () => {
  test.each([
    [0, 1, true],
    [7.99, 0.1, true],
    [8, 0.5, false],
    [Number.POSITIVE_INFINITY, 0.5, false],
    [0, 0.099, false],
    [null, 0.5, false],
    [0, null, false],
    [null, null, false],
  ])('load %s, free %s: %s', (load, memoryFree, calm) => {
    expect(isCalm({ load, memoryFree })).toBe(calm);
  });
});

test('this machine can be read', () => {
  const { load, memoryFree } = readMachineLoad();
  expect(load).toBeGreaterThanOrEqual(0);
  expect(memoryFree).toBeGreaterThan(0);
  expect(memoryFree).toBeLessThanOrEqual(1);
});
