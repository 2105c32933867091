import { expect, test } from 'vitest';
import { idInFile, idPrintedByMac, machineId } from '../../sidecar/machine/index.ts';

const OWN = '0123456789abcdef0123456789abcdef';

test('is the same each time, and shows nothing of the id of the system', () => {
  expect(machineId('home', OWN)).toBe(machineId('home', OWN));
  expect(machineId('home', OWN)).toMatch(/^[0-9a-f]{32}$/);
  expect(machineId('home', OWN)).not.toContain(OWN.slice(0, 8));
  expect(machineId()).toBe(machineId());
});

test('differs by machine and by installation', () => {
  const ids = [
    machineId('a', OWN),
    machineId('b', OWN),
    machineId('a', OWN.replace('0', '1')),
    machineId('', OWN),
  ];
  expect(new Set(ids).size).toBe(4);
});

test('is unknown where the system has none', () => {
  expect(machineId('home', null)).toBeNull();
});

test.each([
  [`${OWN}\n`, OWN],
  [OWN.toUpperCase(), OWN],
  ['', null],
  ['uninitialized\n', null],
  ['00000000000000000000000000000000\n', null],
  ['0123', null],
])('the file %j says %j', (text, id) => {
  expect(idInFile(text)).toBe(id);
});

test('is found in what ioreg prints', () => {
  const printed =
    '  "IOPlatformSerialNumber" = "X"\n  "IOPlatformUUID" = "564D3E30-0000-1111-2222-ABCDEF012345"\n';
  expect(idPrintedByMac(printed)).toBe('564d3e30-0000-1111-2222-abcdef012345');
  expect(idPrintedByMac('+-o Root')).toBeNull();
});
