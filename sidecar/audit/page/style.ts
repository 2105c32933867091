/** The whole look of the page. Colours are told apart by lightness too, and by their place in the bar. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2126; --soft: #59636e; --paper: #fff; --line: #d3d9df;
  --kept: #2f7d4f; --attempted: #d9a021; --dropped: #b3bcc5; --contradicted: #c0312b; --unbacked: #e58a84; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e7eb; --soft: #9aa5b1; --paper: #14181c; --line: #333b44;
  --kept: #52ab77; --attempted: #e0b04a; --dropped: #5d6873; --contradicted: #ef6a63; --unbacked: #a34f4a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 60rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
p { margin: .4rem 0; } .soft, figcaption, .dates { color: var(--soft); font-size: .9rem; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .6rem; margin: 0; }
dl div { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .7rem; }
dt { color: var(--soft); font-size: .9rem; } dd { margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
dd small { font-size: .9rem; color: var(--soft); }
figure { margin: 0; } svg { display: block; width: 100%; height: 14rem; }
.dates { display: flex; justify-content: space-between; white-space: nowrap; }
.axis { stroke: var(--soft); stroke-width: 1; }
rect.kept { fill: var(--kept); } rect.attempted { fill: var(--attempted); } rect.dropped { fill: var(--dropped); }
rect.contradicted { fill: var(--contradicted); } rect.unbacked { fill: var(--unbacked); }
.key { display: inline-block; margin: .3rem 1rem 0 0; } .key i { display: inline-block; width: .8rem; height: .8rem;
  margin-right: .35rem; vertical-align: -.05rem; } .kept i { background: var(--kept); }
.attempted i { background: var(--attempted); } .dropped i { background: var(--dropped); }
.contradicted i { background: var(--contradicted); } .unbacked i { background: var(--unbacked); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child { text-align: left; font-weight: normal; } thead th { color: var(--soft); font-weight: normal; }
details { margin-top: .8rem; } summary { cursor: pointer; }
ol { padding-left: 1.4rem; } li { margin: 0 0 1rem; } blockquote { margin: .1rem 0; font-size: 1.05rem; }
.tag { color: var(--contradicted); font-weight: 600; }
`;
