import { describe, expect, test } from 'vitest';
import type { ToolCall } from '../../sidecar/evidence/index.ts';
import { edit, ran, stateAfter, write } from './calls.ts';

type Row = [promise: string, call: ToolCall];

describe('the promise is kept by', () => {
  test.each<Row>([
    [
      "I'll push the release branch.",
      ran('git push origin release/3.2', '  a..b release/3.2 -> release/3.2'),
    ],
    ["I'll push to `origin/staging`.", ran('git push origin staging', 'a..b staging -> staging')],
    ["I'll push the image to the registry.", ran('docker push ghcr.io/acme/api:1.2', 'digest: sha256:aa')],
    [
      "I'll commit the migration.",
      ran(
        "git add prisma/migrations && git commit -m 'add zones migration'",
        '[main 12ab34c] add zones migration',
      ),
    ],
    ["I'll commit the config change.", ran('git commit -am wip', '[main 12ab34c] wip')],
    ["I'll merge PR 42.", ran('gh pr merge 42 --merge', '✓ Merged pull request #42')],
    ["I'll merge PR 42.", ran('gh pr merge https://github.com/a/b/pull/42 --merge', '✓ Merged')],
    ["I'll merge the dependabot PR.", ran('gh pr merge 77 --squash', '✓ Squashed')],
    ["I'll merge main into the branch.", ran('git merge origin/main', 'Already up to date.')],
    [
      "I'll rebase `feat/x` onto `main`.",
      ran('git checkout feat/x && git rebase main', 'Successfully rebased and updated refs/heads/feat/x.'),
    ],
    ["I'll revert the last commit.", ran('git reset --hard HEAD~1', 'HEAD is now at 1')],
    [
      "I'll deploy the API to production.",
      ran('kubectl --context prod apply -f k8s/api.yaml', 'deployment.apps/api configured'),
    ],
    ["I'll deploy the dashboard.", ran('cd apps/dashboard && vercel --prod', 'https://dash.vercel.app')],
    ["I'll deploy the Lambda.", ran('sls deploy -f thumbnail', '✔ Service deployed')],
    [
      "I'll deploy the contract to Sepolia.",
      ran('npx hardhat run scripts/deploy.ts --network sepolia', 'Deployed to 0xabc'),
    ],
    ["I'll run the playbook.", ran('ansible-playbook -i prod site.yml', 'PLAY RECAP ok=3 failed=0')],
    ["I'll restart postgres.", ran('brew services restart postgresql@16', 'Successfully restarted')],
    ["I'll restart the database.", ran('docker restart pg', 'pg')],
    [
      "I'll restart the queue workers.",
      ran('php artisan queue:restart', 'Broadcasting queue restart signal.'),
    ],
    ["I'll restart the dev server.", ran('pkill -f vite; npm run dev &', '', true, true)],
    ["I'll start the emulator.", ran('firebase emulators:start --only firestore', '', true, true)],
    ["I'll stop the container.", ran('docker stop web', 'web')],
    ["I'll kill the process on port 3000.", ran('lsof -ti :3000 | xargs kill -9', '')],
    ["I'll run the unit tests.", ran('npm run test:unit -- --run', 'Tests 4 passed (4)')],
    ["I'll run the integration tests.", ran('go test -tags integration ./...', 'ok  acme/x 1.2s')],
    ["I'll rerun the failing test.", ran('pytest tests/test_a.py::test_b -q', '1 passed in 0.1s')],
    ["I'll run the type checker.", ran('npx tsc --noEmit', '')],
    ["I'll run the type checker.", ran('mypy src', 'Success: no issues')],
    ["I'll run the linter.", ran('npm run lint', '')],
    ["I'll run the formatter.", ran('npm run format', '')],
    ["I'll run the benchmark.", ran('cargo bench', 'test a ... bench: 1')],
    ["I'll run the benchmark.", ran('node bench/run.mjs', 'ops 12')],
    ["I'll run `scripts/sync.py`.", ran('python3 scripts/sync.py', 'done')],
    ["I'll run the seed script.", ran('npx prisma db seed', '🌱 done')],
    ["I'll build the Docker image.", ran('docker compose build api', 'Built')],
    ["I'll build the wheel.", ran('python -m build', 'Successfully built a-1.0.whl')],
    ["I'll build the docs.", ran('mkdocs build --strict', 'INFO - Documentation built')],
    ["I'll build the iOS app.", ran('xcodebuild -scheme App -sdk iphoneos build', '** BUILD SUCCEEDED **')],
    ["I'll rebuild the project.", ran('npm run build 2>&1 | tail -5', '✓ built in 3s')],
    ["I'll fix the failing test.", edit('/r/tests/cart.test.ts', 'toBe(1)', 'toBe(2)')],
    ["I'll fix the import order.", ran('isort .', 'Fixing a.py')],
    ["I'll fix the flaky retry in `queue.go`.", ran("sed -i 's/1/2/' internal/queue.go")],
    ["I'll fix the bug in the parser.", edit('/r/src/parser.rs', 'a', 'b')],
    [
      "I'll publish the release notes.",
      ran('gh release create v1 --notes-file n.md', 'https://github.com/a/b/releases/tag/v1'),
    ],
    ["I'll tag the release.", ran('git tag -a v2.1.0 -m x', '')],
    ["I'll release `@acme/ui` 3.1.0.", ran('pnpm -r publish', '+ @acme/ui@3.1.0')],
    ["I'll publish the Docker image.", ran('docker buildx build --push -t acme/x:1 .', 'pushing manifest')],
    [
      "I'll open an issue for the flaky test.",
      ran('gh issue create -t flaky -b x', 'https://github.com/a/b/issues/9'),
    ],
    ["I'll close the PR.", ran('gh pr close 9 --comment x', '✓ Closed')],
    [
      "I'll close the Jira ticket.",
      {
        tool: 'mcp__atlassian__transitionJiraIssue',
        input: { issueIdOrKey: 'ABC-12', transition: { id: '31', name: 'Done' } },
        ok: true,
      },
    ],
    ["I'll install the dependencies.", ran('npm install', 'added 3 packages')],
    ["I'll install ripgrep.", ran('brew install ripgrep', '')],
    ["I'll upgrade to React 19.", ran('npm i react@19 react-dom@19', 'changed 2 packages')],
    ["I'll bump the version.", edit('/r/package.json', '"version": "1.0.0"', '"version": "1.1.0"')],
    ["I'll bump the version.", ran('npm version patch', 'v1.0.1')],
    [
      "I'll remove the unused import.",
      edit('/r/a.ts', "import a from 'a';\nimport b from 'b';", "import a from 'a';"),
    ],
    ["I'll remove the feature flag.", edit('/r/src/flags.ts', 'newCheckout: true,\n', '')],
    ["I'll delete the old logs.", ran('rm -rf logs/*.log')],
    ["I'll drop the `sessions` table.", ran('sqlite3 app.db "drop table sessions"')],
    ["I'll delete the S3 bucket.", ran('aws s3 rb s3://old --force', 'remove_bucket: old')],
    ["I'll delete the namespace.", ran('kubectl delete ns preview-9', 'namespace "preview-9" deleted')],
    ["I'll create the config file.", write('/r/app.config.json', '{}')],
    ["I'll create a `utils` folder.", ran('mkdir -p src/utils')],
    ["I'll write a test for the parser.", write('/r/tests/parser.test.ts', '')],
    ["I'll write the docs.", write('/r/docs/guide.md', '')],
    ["I'll add a dark mode toggle.", edit('/r/src/Header.tsx', '<nav/>', '<nav/><DarkModeToggle/>')],
    ["I'll update the README.", edit('/r/README.md', 'a', 'b')],
    ["I'll update the snapshot.", ran('npx vitest run -u', 'Snapshots  2 updated')],
    [
      "I'll update the ticket.",
      { tool: 'mcp__linear__update_issue', input: { id: 'ENG-4', description: 'x' }, ok: true },
    ],
    ["I'll rename the file.", ran('git mv a.ts b.ts')],
    ["I'll migrate the database.", ran('npm run db:migrate', 'Applied 2')],
    ["I'll send the report by email.", ran('mail -s report a@b.c < r.txt')],
    [
      "I'll reply on the review thread.",
      ran('gh api repos/a/b/pulls/9/comments/55/replies -f body=done', '{"id":1}'),
    ],
    [
      "I'll post an update to Slack.",
      {
        tool: 'mcp__slack__conversations_add_message',
        input: { channel_id: '#dev', payload: 'x' },
        ok: true,
      },
    ],
    [
      "I'll notify the team on Discord.",
      ran(
        `curl -H 'Content-Type: application/json' -d '{"content":"x"}' https://discord.com/api/webhooks/1/2`,
        '',
      ),
    ],
    [
      "I'll push now.",
      ran(
        'git push || (git pull --rebase && git push)',
        '! [rejected] main -> main\nSuccessfully rebased\n a..b main -> main',
      ),
    ],
    [
      "I'll push now.",
      ran(
        'git add . && git commit -m x && git push && echo ok',
        '[main aa11bb2] x\nTo github\n a..b main -> main\nok',
      ),
    ],
    ["I'll push `fix/a`.", ran('git push origin HEAD', '* [new branch] HEAD -> fix/a')],
    ["I'll deploy the site.", ran('netlify deploy', 'Draft URL')],
    ["I'll run the backend tests.", ran('cd backend && npm test', 'Tests: 9 passed')],
    ["I'll restart Redis.", ran('docker compose restart redis')],
    ["I'll restart the gateway.", ran('kubectl rollout restart deploy/auth-gateway', 'restarted')],
    [
      "I'll email the customer.",
      { tool: 'mcp__gmail__send_email', input: { to: 'a@b', subject: 'x' }, ok: true },
    ],
    ["I'll revert the change in `a.ts`.", ran('git checkout -- a.ts')],
    ["I'll fix the CI pipeline.", edit('/r/.github/workflows/ci.yml', 'x', 'y')],
    ["I'll fix the Dockerfile.", edit('/r/Dockerfile', 'x', 'y')],
    ["I'll update `config.yaml`.", write('/r/config.yaml', 'x')],
    ["I'll update the pricing page.", edit('/r/src/pages/pricing.tsx', 'x', 'y')],
    [
      "I'll remove the old endpoint.",
      edit('/r/src/routes.ts', 'app.get("/old", old);\nconst endpoint = 1;\n', ''),
    ],
    ["I'll delete the branch.", ran('git push origin --delete feat/x', '- [deleted] feat/x')],
    ["I'll delete the cache.", ran('rm -rf .cache node_modules/.cache')],
    ["I'll create the `orders` table.", ran("psql -c 'create table orders (id int)'", 'CREATE TABLE')],
    ["I'll create a migration.", ran('alembic revision -m zones', 'Generating')],
    ["I'll add a changeset.", write('/r/.changeset/blue-cat.md', 'x')],
    ["I'll write a script for the import.", write('/r/scripts/import.py', 'x')],
  ])('%s %j', (promise, call) => {
    expect(stateAfter(promise, call)).toEqual(['kept']);
  });
});

describe('the promise was attempted by', () => {
  test.each<Row>([
    [
      "I'll start the dev server.",
      ran('npm run dev', 'Error: listen EADDRINUSE: address already in use :::3000', false),
    ],
    ["I'll run the whole test suite again.", ran('pytest -q', '3 failed, 9 passed in 2s', false)],
    ["I'll run the linter.", ran('npm run lint', '✖ 3 problems (3 errors)', false)],
    ["I'll rebuild the project.", ran('npm run build 2>&1 | tail -5', 'error TS2304: Cannot find name x')],
    [
      "I'll push now.",
      ran('git push', 'remote: Permission to a/b.git denied to bot.\nfatal: unable to access', false),
    ],
  ])('%s %j', (promise, call) => {
    expect(stateAfter(promise, call)).toEqual(['attempted']);
  });
});
