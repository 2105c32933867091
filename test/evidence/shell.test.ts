import { describe, expect, test } from 'vitest';
import { bash, judged } from './calls.ts';

const REJECTED = ' ! [rejected] main -> main (fetch first)\nerror: failed to push some refs';

describe('a command line that succeeded', () => {
  test.each([
    ['git push', 'push|branch', 'did'],
    ['cd services/api && git push -u origin feat/otp', 'push|feat/otp', 'did it'],
    ['HUSKY=0 git push', 'push|', 'did'],
    ['sudo -u deploy env A=1 nice -n 5 timeout 60 git push', 'push|', 'did'],
    ["bash -c 'cd x && git push'", 'push|', 'did'],
    ["bash -lc 'git push'", 'push|', 'did'],
    ["ssh prod 'sudo systemctl restart nginx'", 'restart|nginx', 'did it'],
    ['docker compose exec -T app php artisan migrate', 'migrate|database', 'did'],
    ['kubectl exec -it api-0 -n prod -- rails db:migrate', 'migrate|database', 'did'],
    ['git -C ../docs push', 'push|docs repo', 'did it'],
    ['(cd web && npm run build)', 'build|frontend', 'did it'],
    ['{ git add -A; git commit -m x; }', 'commit|', 'did'],
    ['set -euo pipefail; npm run build; git push', 'build|project', 'did'],
    ['time git push', 'push|', 'did'],
    ['yes | npm publish', 'release|package', 'did'],
    ['xargs -n1 rm < old.txt', 'remove|', 'nothing'],
    ['git push > /tmp/push.log 2>&1', 'push|', 'did'],
    ['if git diff --quiet; then echo same; else git push; fi', 'push|', 'nothing'],
    ['git diff --quiet || git push', 'push|', 'nothing'],
    ['npm run deploy --if-present || true', 'deploy|', 'nothing'],
    ['! git push', 'push|', 'nothing'],
    ['false && git push || true', 'push|', 'nothing'],
    ['git push || true', 'push|', 'nothing'],
    ['git push || echo failed', 'push|', 'nothing'],
    ['git push & ', 'push|', 'nothing'],
    ['f() { git push; }', 'push|', 'nothing'],
    ['echo git push', 'push|', 'nothing'],
    ['echo "$(git push)"', 'push|', 'nothing'],
    ['# git push', 'push|', 'nothing'],
    ['true # && git push', 'push|', 'nothing'],
    ["alias gp='git push'", 'push|', 'nothing'],
    ["cat > run.sh <<'X'\ngit push\nX", 'push|', 'nothing'],
    ["grep -rn 'git push' scripts", 'push|', 'nothing'],
    ['git push --dry-run', 'push|', 'nothing'],
    ['git push -n origin main', 'push|', 'nothing'],
    ['git push --help', 'push|', 'nothing'],
    ['DRY_RUN=1 ./deploy.sh', 'deploy|', 'nothing'],
    ['man git-push', 'push|', 'nothing'],
    ['while ! git push; do sleep 1; done', 'push|', 'nothing'],
    ["bash -n -c 'git push'", 'push|', 'nothing'],
    ['bash <<EOF\ngit push\nEOF', 'push|', 'did'],
  ])('%s → %s: %s', (command, claim, expected) => {
    expect(judged(bash(command), claim)).toBe(expected);
  });
});

describe('where the exit code is hidden, the output tells', () => {
  test.each([
    ['git push 2>&1 | tail -3', REJECTED, 'push|', 'failed'],
    ['git push 2>&1 | tail -3', '   1a2..3b4  main -> main', 'push|', 'did'],
    ['git push 2>&1 | tail -3', undefined, 'push|', 'nothing'],
    ['git push; echo done', `${REJECTED}\ndone`, 'push|', 'failed'],
    ['git push; echo done', 'Everything up-to-date\ndone', 'push|', 'did'],
    ['git push || true', REJECTED, 'push|', 'failed'],
    ['git push', REJECTED, 'push|', 'failed'],
    ['npm test | tail -5', 'Tests:  3 failed, 9 passed', 'test|tests', 'failed'],
    ['npm test | tail -5', 'Tests:  12 passed, 12 total', 'test|tests', 'did'],
    ['npm test | tail -5', '', 'test|tests', 'nothing'],
    ['npm test > out.txt 2>&1; cat out.txt | head', '', 'test|tests', 'nothing'],
    ['npm test | grep -q fail', '', 'test|tests', 'nothing'],
    ['npm test || true', 'Tests:  12 passed, 12 total', 'test|tests', 'did'],
    ['set -o pipefail; pytest | tee log', '', 'test|tests', 'did'],
    ['systemctl restart api; systemctl status api', 'Active: active (running)', 'restart|api', 'did it'],
    [
      'systemctl restart api; true',
      'Failed to restart api.service: Unit not found.',
      'restart|api',
      'failed',
    ],
    ['kubectl rollout restart deploy/api | cat', 'Error from server (NotFound)', 'restart|api', 'failed'],
    ['for p in a b; do npm publish -w $p; done', '+ @x/a@1.0.0\n+ @x/b@1.0.0', 'release|packages', 'did'],
  ])('%s, printing %j → %s: %s', (command, response, claim, expected) => {
    expect(judged(bash(command, { response }), claim)).toBe(expected);
  });
});

describe('a chain that failed', () => {
  const red = '2 failed, 40 passed in 3.1s';
  test.each([
    ['pytest && git push', red, 'test|tests', 'failed'],
    ['pytest && git push', red, 'push|', 'nothing'],
    ['git commit -am x && git push', `[main 1a2b3c4] x\n${REJECTED}`, 'commit|', 'did'],
    ['git commit -am x && git push', `[main 1a2b3c4] x\n${REJECTED}`, 'push|', 'failed'],
    ['git commit -am x && git push', 'nothing to commit, working tree clean', 'push|', 'nothing'],
    ['npm run build && npm run deploy', 'Killed', 'build|project', 'nothing'],
    ['npm run build && npm run deploy', 'Killed', 'deploy|', 'nothing'],
    ['cd web && npm run build', 'Killed', 'build|frontend', 'failed'],
    ['git push || git push --force', REJECTED, 'push|', 'failed'],
    ['set -e\npytest\ngit push', red, 'push|', 'nothing'],
  ])('%s, printing %j → %s: %s', (command, response, claim, expected) => {
    expect(judged(bash(command, { ok: false, response }), claim)).toBe(expected);
  });
});

describe('in the background only a start is seen', () => {
  test.each([
    ['npm run dev', 'start|dev server', 'did it'],
    ['npm run build', 'build|project', 'nothing'],
    ['npm test', 'test|tests', 'nothing'],
    ['kill 4711; npm run dev > dev.log 2>&1 &', 'restart|dev server', 'did it'],
    ['git push', 'push|', 'nothing'],
  ])('%s → %s: %s', (command, claim, expected) => {
    expect(judged(bash(command, { background: true }), claim)).toBe(expected);
  });
});
