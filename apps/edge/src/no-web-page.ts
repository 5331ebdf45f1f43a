/** What stands at `/` when the web app was not started. */
export const NO_WEB_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Colloquy</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 1rem/1.6 system-ui, sans-serif; max-width: 42rem; margin: 4rem auto; padding: 0 1rem; }
  pre { padding: 1rem; overflow: auto; border: 1px solid #8886; border-radius: .5rem; }
</style>
<h1>Colloquy is running, without its web app</h1>
<p>It was started with <code>--no-web</code>. Start it without that option to chat here. The API is up:</p>
<ul>
  <li><a href="/v1/openapi.json">/v1/openapi.json</a> describes every call</li>
  <li><a href="/v1/workflows">/v1/workflows</a> lists whom you can talk to</li>
  <li><code>/live/&lt;chatId&gt;</code> streams a chat as server-sent events, <code>/socket.io</code> over Socket.IO</li>
</ul>
<p>Begin a chat as a guest, and watch it:</p>
<pre>curl -s -c jar -X POST ORIGIN/v1/guest
curl -s -b jar -X POST ORIGIN/v1/chats -H 'content-type: application/json' \\
  -d '{"workflow": "assistant", "message": "How does a chat survive a crash?"}'
curl -N -b jar ORIGIN/live/&lt;the chatId of the answer&gt;</pre>
</html>
`;

/** The page for a browser that came by this host. */
export function noWebPage(host: string): string {
  const origin = /^[\w.:[\]-]+$/.test(host) ? `http://${host}` : '';
  return NO_WEB_PAGE.replaceAll('ORIGIN', origin);
}
