import { chromium } from 'playwright';
const b=await chromium.launch({executablePath:process.env.CHROMIUM_BIN||'/usr/bin/chromium',args:['--no-sandbox','--enable-precise-memory-info']});
const p=await b.newPage({viewport:{width:1280,height:800}});
await p.goto('http://127.0.0.1:18912/ui/dc1/services');await p.waitForSelector('#app[data-mounted]');await p.waitForTimeout(3500);
await p.evaluate(()=>{window.T=[];window.R=[];addEventListener('keydown',()=>{window.k=performance.now()},true);new MutationObserver(()=>{if(window.k){const k=window.k;window.k=0;requestAnimationFrame(()=>{const c=new MessageChannel();c.port1.onmessage=()=>window.T.push(Math.round(performance.now()-k));c.port2.postMessage(0)})}}).observe(document.querySelector('table'),{subtree:true,childList:true,characterData:true,attributes:true,attributeFilter:['href']});});
await p.focus('#filter-field');
for(const c of '19981 99 0123 7 77 '){await p.keyboard.press(c===' '?'Backspace':c);await p.waitForTimeout(300);}
console.log(await p.evaluate(()=>JSON.stringify([window.T.sort((a,b)=>a-b),performance.memory.usedJSHeapSize/1e6,document.querySelectorAll('*').length])));
await b.close();
