import { chromium } from 'playwright';
const b=await chromium.launch({executablePath:process.env.CHROMIUM_BIN||'/usr/bin/chromium',args:['--no-sandbox','--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1']});
const p=await b.newPage({viewport:{width:1280,height:800}});
p.on('console',m=>{if(m.type()==='error')console.log('CONSOLE',m.text())});p.on('pageerror',e=>console.log('PAGEERR',e.message));
p.on('request',r=>{if(r.url().includes('/api/'))console.log('REQ',r.url().replace(/.*\/api/,'api'),r.headers()['if-none-match']||'')});
const base='http://127.0.0.1:18911';
const go=async(path,shot)=>{console.log('==',path);await p.goto(base+path);await p.waitForSelector('#app[data-mounted]',{timeout:10000});await p.waitForTimeout(1500);console.log(await p.evaluate(()=>({title:document.title,rows:document.querySelectorAll('tbody tr').length,feed:document.querySelector('[data-feed]')?.textContent,h:document.querySelector('main')?.innerText.slice(0,200)})));if(shot)await p.screenshot({path:`/tmp/wtc/${shot}.png`});};
await go('/ui/@all/services','a3');
await go('/ui/@all/nodes','a4');
await go('/ui/@all/overview','a5');
await go('/ui/@all/kv/x');
// navigate in page
await go('/ui/dc1/services');
await p.click('a[href="/ui/dc1/nodes"]'); await p.waitForTimeout(800);
await p.click('a[href="/ui/dc1/kv"]'); await p.waitForTimeout(1500);
console.log(await p.evaluate(()=>document.title));
await p.click('[data-row-link]'); await p.waitForTimeout(1500); console.log(await p.evaluate(()=>location.pathname+' '+document.title));
await p.goBack(); await p.waitForTimeout(800);
await b.close();
