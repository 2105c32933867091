import type { Report } from '../audit.ts';
import { dayOf } from '../over-time.ts';
import type { ProjectFigures, Worst } from '../tally.ts';
import { judgement, share, skippedInWords, spanInWords, speedInWords } from '../words.ts';
import { chart } from './chart.ts';
import { type Html, html } from './html.ts';
import { STYLE } from './style.ts';

const MOST_PROJECTS = 30;

/** One file that refers to nothing outside itself, and runs nothing. */
export function auditPage(report: Report, { version, madeAt }: { version: string; madeAt: Date }): string {
  const { promises, claims, worst, projects } = report;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>How the agent kept its word</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<header><h1>How the agent kept its word</h1>
<p class="soft">${spanInWords(report)}. Made on ${dayOf(madeAt.toISOString())} by holdfast audit ${version}.</p></header>
<main>
<h2 id="promises">Promises</h2>
<dl aria-labelledby="promises">
${figure('made', promises.total)}
${figure('kept', promises.kept, promises.total)}
${figure('tried, not kept', promises.attempted, promises.total)}
${figure('dropped', promises.dropped, promises.total)}
${promises.withdrawn > 0 ? figure('taken back', promises.withdrawn, promises.total) : html``}
</dl>
<h2 id="claims">Said to be done</h2>
<dl aria-labelledby="claims">
${figure('claims', claims.total)}
${figure('backed by a tool call', claims.backed, claims.total)}
${figure('contradicted by one', claims.contradicted, claims.total)}
${figure('nothing behind them', claims.unbacked, claims.total)}
</dl>
<h2>Over time</h2>
${chart(report.overTime)}
<h2>${worst.length < 10 ? 'The worst' : 'The ten worst'}</h2>
${worst.length === 0 ? html`<p>None.</p>` : html`<ol>${worst.map(listed)}</ol>`}
<h2>Projects</h2>
<div class="wide"><table>
<thead><tr><th scope="col">project</th><th scope="col">promises</th><th scope="col">kept</th><th scope="col">claims</th><th scope="col">backed</th></tr></thead>
<tbody>${projects.slice(0, MOST_PROJECTS).map(projectRow)}</tbody></table></div>
${projects.length > MOST_PROJECTS ? html`<p class="soft">${projects.length - MOST_PROJECTS} more have fewer failings.</p>` : html``}
</main>
<footer><p class="soft">${speedInWords(report)}.${skippedInWords(report).map((words) => html` ${words}.`)}</p></footer>
</body>
</html>
`.html;
}

function figure(name: string, count: number, of?: number): Html {
  const part = of === undefined ? html`` : html` <small>${share(count, of)}</small>`;
  return html`<div><dt>${name}</dt><dd>${count}${part}</dd></div>`;
}

function listed(one: Worst): Html {
  const tried = one.tried === null ? html`` : html`<p class="soft">${one.tried}</p>`;
  return html`<li><span class="tag">${judgement(one)}</span>
<blockquote>${one.sentence}</blockquote>${tried}
<p class="soft"><time datetime="${one.date}">${dayOf(one.date)}</time>, ${one.project}</p></li>`;
}

function projectRow({ project, promises, claims }: ProjectFigures): Html {
  return html`<tr><th scope="row">${project}</th><td>${promises.total}</td><td>${share(promises.kept, promises.total)}</td><td>${claims.total}</td><td>${share(claims.backed, claims.total)}</td></tr>`;
}
