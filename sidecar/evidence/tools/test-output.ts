/**
 * What test runners print when something failed. Read on top of the exit code, which a pipe or `|| true` hides, so each
 * alternative is a summary line of a known runner and not any line with "error" in it.
 */
export const TEST_FAILED = new RegExp(
  [
    String.raw`^\W*(?:(?:Tests?|Test Files|Test Suites|Suites|Specs)\b\W*)?[1-9]\d* (?:failed|failing)\b`, // jest, vitest, mocha, playwright
    String.raw`\b[1-9]\d* (?:failed|errors?)\b[^\n]*\b(?:passed|in \d)`, // pytest
    String.raw`\bpassed\b[^\n]*\b[1-9]\d* (?:failed|errors?)\b`,
    String.raw`\b(?:examples?|tests?|assertions?|runs?|specs?)\b[^\n]*[, ][1-9]\d* (?:failures?|errors?)\b`, // rspec, minitest, exunit
    String.raw`\b(?:Failures|Errors|failures|errors|Failed|failed)\s*[:=]\s*[1-9]`, // maven, unittest, phpunit, dotnet
    String.raw`^(?:--- )?FAIL(?:ED|URES)?\b`, // go, jest, unittest
    '^FAILED ',
    String.raw`^\s*not ok \d`, // TAP
    '^# fail [1-9]', // node --test
    String.raw`^\s*[1-9]\d* fail$`, // bun
    'test result: FAILED', // cargo
    String.raw`\b[1-9]\d* tests? failed\b`, // ctest, gradle
    String.raw`\b[1-9]\d* of \d+ failed\b|test cases: [1-9]\d* failed`, // cypress, platformio
    String.raw`^\d\d:\d\d \+\d+(?: ~\d+)? -[1-9]|Some tests failed\.`, // flutter, dart
    'There (?:was|were) failing tests|BUILD FAIL|could not compile|ERROR collecting|Test run failed|npm ERR! Test failed',
  ].join('|'),
  'm',
);

/** What they print when all went well. */
export const TEST_PASSED = new RegExp(
  [
    String.raw`\b[1-9]\d*\s+(?:tests?\s+)?(?:passed|passing|pass)\b`,
    String.raw`\b[1-9]\d* (?:examples?|tests?|assertions?|runs?|specs?)\b[^\n]*\b0 failures\b`,
    String.raw`^ok\s+\S+`,
    String.raw`^OK\b`,
    String.raw`100% tests passed|test result: ok\. [1-9]|[Aa]ll (?:\d+ )?tests (?:passed|pass\b|successful)|BUILD SUCCESS|Tests run: [1-9]\d*, Failures: 0, Errors: 0|^# fail 0|^PASS\b|All specs passed|Passed!|\*\* TEST SUCCEEDED \*\*|test cases: [1-9]\d* succeeded|\btests pass\b|with 0 failures`,
  ].join('|'),
  'm',
);

/** Where this is all that is told, no test was run. */
export const NO_TESTS =
  /\[no tests? (?:to run|files)\]|^No tests? (?:files? )?(?:were )?(?:found|matched)|\bno tests (?:ran|found|were executed)\b|\bcollected 0 items\b|^Ran 0 tests\b|\b0 examples, 0 failures\b|^\s*0 passing\b|\bTests:? +0 total\b|test result: ok\. 0 passed|\bNo test is available\b|\b0 tests? (?:run|executed)\b|testing: warning: no tests to run/im;

/** Clear enough to tell that tests ran, whatever program it was. */
export const TEST_SUMMARY =
  /[Aa]ll (?:\d+ )?[Tt]ests passed|\b\d+ (?:tests? )?(?:passed|failed), \d+ (?:passed|failed)|^\W*Tests?:? +(?:run:? *)?\d+|\b\d+ (?:tests|examples|specs), \d+ (?:failures|assertions)|test result: (?:ok|FAILED)|\d+ passing \(|^# tests \d+/m;
