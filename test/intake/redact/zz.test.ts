import { maskSecrets, maskText } from '/work/main/sidecar/intake/redact/index.ts';
import { PATTERNS } from '/work/main/sidecar/intake/redact/patterns.ts';
import { readFileSync } from 'node:fs';
import { test } from 'vitest';
test('bench', () => {
const read=(p:string)=>readFileSync(p,'utf8');
const src=read('/work/main/sidecar/machine/process-identity.ts');
const bash={session_id:'3f2504e0-4f89-11d3-9a0c-0305e82c3301',transcript_path:'/home/u/.claude/projects/x/3f25.jsonl',cwd:'/work/main',permission_mode:'default',hook_event_name:'PostToolUse',tool_name:'Bash',tool_input:{command:'npx vitest run test/intake && git status --short | head -20',description:'Run the tests',timeout:120000},tool_response:{stdout:read('/work/shared/design/house.md').slice(0,1400),stderr:'',interrupted:false,isImage:false},tool_use_id:'toolu_01ABCDEF'};
const edit={...bash,tool_name:'Edit',tool_input:{file_path:'/work/main/sidecar/machine/process-identity.ts',old_string:src.slice(0,700),new_string:src.slice(0,760),replace_all:false},tool_response:{filePath:'/work/x.ts',structuredPatch:[{oldStart:1,oldLines:5,newStart:1,newLines:6,lines:['-a','+b']}]}};
const wordy={...bash,tool_response:{stdout:'the token of the key is a secret in https://a@b.example --flag '.repeat(4)+src.slice(0,1200)}};
const us=(f:()=>unknown,n=20000)=>{for(let i=0;i<n/4;i++)f();let best=1e9;for(let r=0;r<5;r++){const a=performance.now();for(let i=0;i<n;i++)f();best=Math.min(best,(performance.now()-a)*1000/n);}return best.toFixed(2)+'us';};
for(const [n,e] of Object.entries({bash,edit,wordy})) console.log(n,JSON.stringify(e).length,maskSecrets(e)===e,us(()=>maskSecrets(e)));
const big=(s:string)=>s.repeat(Math.ceil(1e6/s.length)).slice(0,1e6);
const once=(s:string)=>{let b=1e9;for(let i=0;i<5;i++){const a=performance.now();maskText(s);b=Math.min(b,performance.now()-a);}return b.toFixed(1)+'ms';};
console.log('1MB md',once(big(read('/work/shared/design/house.md'))),'1MB src',once(big(src)), '1MB lock', once(big(read('/work/main/package-lock.json'))),'1MB wordy',once(big(wordy.tool_response.stdout)), '1MB env', once(big('DB_PASSWORD=hunter2abc\nexport API_KEY="abc123def456"\nPORT=80\n')));
for (const p of ['a','eyJ',' eyJ','sk-',' sk-','KEY=','-----BEGIN','http://a:','mysql ','curl ','token','password: ','TOKEN="','\\','--token ']) console.log(JSON.stringify(p),once(big(p)));
const w=big(wordy.tool_response.stdout);
for (const p of PATTERNS){const a=performance.now(); p.mark.test(w); const b=performance.now(); for(const _ of w.matchAll(p.pattern));const c=performance.now(); if(c-a>3)console.log(p.name,p.mark.source.slice(0,20),(b-a).toFixed(1),(c-b).toFixed(1));}
},100000);
