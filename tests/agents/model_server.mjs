#!/usr/bin/env node
// A language model that plays a script, on 127.0.0.1: it drives the real agents through the conformance run with no
// account and no network.
//
//   node model_server.mjs --agent claude|codex|gemini|opencode|builtin [--cwd FOLDER]
//
// Prints {"port": N} once it listens and ends with its standard input. Without --cwd the answers wait until the folder
// that the agent works in is told by POST /cwd. It speaks, chosen by the path of a request:
//   POST */messages                      Anthropic Messages           (claude, builtin)
//   POST */responses                     OpenAI Responses             (codex)
//   POST */chat/completions              OpenAI Chat Completions      (opencode, builtin)
//   POST */models/M:[streamG|g]enerateContent   Google Gemini         (gemini)
// GET /requests tells which requests came, those to unknown paths included.
//
// The prompt's first word chooses the story. Which of its turns is due follows from the request alone (the number of
// the model's messages since the newest prompt), so that retries and resumed sessions need no state here.
import http from 'node:http';
import { randomUUID } from 'node:crypto';

const option = (name) => process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : undefined;
const agent = option('agent');
let cwd = option('cwd');
let tellCwd;
const cwdKnown = cwd ? Promise.resolve() : new Promise((done) => { tellCwd = done; });

// How each agent's tools are called.
const tools = {
  claude: {
    write: (file, content) => ({ name: 'Write', input: { file_path: `$CWD/${file}`, content } }),
    run: (command) => ({ name: 'Bash', input: { command, description: 'Run a command' } }),
  },
  codex: {
    write: (file, content) => ({ name: 'exec_command', input: { cmd: `apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: ${file}\n${content.trimEnd().split('\n').map((line) => `+${line}`).join('\n')}\n*** End Patch\nEOF` } }),
    run: (cmd) => ({ name: 'exec_command', input: { cmd, yield_time_ms: 30000 } }),
    // Its read-only sandbox lets nothing through; to change files a command has to ask to leave it.
    change: (cmd) => ({ name: 'exec_command', input: { cmd, sandbox_permissions: 'require_escalated', justification: 'It changes files.' } }),
  },
  gemini: {
    write: (file, content) => ({ name: 'write_file', input: { file_path: `$CWD/${file}`, content } }),
    run: (command) => ({ name: 'run_shell_command', input: { command, description: 'Run a command' } }),
  },
  builtin: {
    write: (path, content) => ({ name: 'write_file', input: { path, content } }),
    run: (command) => ({ name: 'run_command', input: { command } }),
  },
  opencode: {
    write: (file, content) => ({ name: 'write', input: { filePath: `$CWD/${file}`, content } }),
    run: (command) => ({ name: 'bash', input: { command, description: 'Run a command' } }),
  },
}[agent];
if (!tools) {
  console.error('usage: model_server.mjs --agent claude|codex|gemini|opencode|builtin [--cwd FOLDER]');
  process.exit(2);
}
const change = tools.change ?? tools.run;

const stories = {
  standard: [
    { text: 'I will write calc.py.', tool: tools.write('calc.py', 'def add(a, b):\n    return a + b\n') },
    { text: 'Now the test.', tool: tools.run('python3 -m unittest -q test_calc.py') },
    { text: 'The test passes. I remove the obsolete file.', tool: change('rm old_file.py') },
    { text: 'Done.' },
  ],
  plain: [{ text: 'I remove the obsolete file.', tool: tools.run('rm old_file.py') }, { text: 'Done.' }],
  wait: [{ text: 'This takes long.', tool: tools.run("python3 -c 'import time; time.sleep(61)'") }, { text: 'It ended.' }],
  tell: [{ text: 'Once upon a time a very slow model told a very long story about a build that never ended. '.repeat(9), slow: true }],
  recall: [{ text: 'Earlier I wrote calc.py.' }],
};

// Every dialect is reduced to the steps of the talk: who spoke, and what a user's message says besides agents' notes.
const notes = /<(system-reminder|environment_context|user_instructions|INSTRUCTIONS|permissions instructions|session_context|system-instruction)>[\s\S]*?<\/\1>/g;
const texts = (content) => (Array.isArray(content) ? content : [content]).map((part) => (typeof part === 'string' ? part : part?.text ?? ''));
const user = (content) => {
  const said = texts(content).map((text) => text.replace(notes, '').trim()).filter(Boolean);
  return said.length ? [{ role: 'user', text: said.at(-1) }] : [];
};
const readers = {
  messages: (body) => (body.messages ?? []).flatMap((m) => m.role === 'assistant' ? [{ role: 'model' }]
    : m.role !== 'user' || (Array.isArray(m.content) && m.content.some((part) => part.type === 'tool_result')) ? [] : user(m.content)),
  responses: (body) => {
    const steps = (Array.isArray(body.input) ? body.input : [{ role: 'user', content: body.input }]).flatMap((item) =>
      /_output$/.test(item.type ?? '') ? [{ role: 'tool' }]
        : /_call$/.test(item.type ?? '') || item.role === 'assistant' ? [{ role: 'model' }]
          : item.role === 'user' ? user(item.content) : []);
    return steps.filter((step, n) => step.role !== 'model' || steps[n - 1]?.role !== 'model'); // one turn is several items
  },
  chat: (body) => (body.messages ?? []).flatMap((m) => m.role === 'assistant' ? [{ role: 'model' }] : m.role === 'user' ? user(m.content) : []),
  gemini: (body) => (body.contents ?? []).flatMap((c) => c.role === 'model' ? [{ role: 'model' }]
    : (c.parts ?? []).some((part) => part.functionResponse) ? [] : user(c.parts ?? [])),
};

function dueTurn(steps, hasTools) {
  if (!hasTools) // a title, a summary, a question of the agent's own
    return { text: agent === 'gemini' ? '{"reasoning":"simple","model_choice":"flash","complexity_score":10,"next_speaker":"user"}' : 'ok' };
  const prompt = steps.findLastIndex((step) => step.role === 'user');
  const story = stories[steps[prompt]?.text.match(/^\w+/)?.[0].toLowerCase()] ?? [];
  const index = steps.slice(prompt + 1).filter((step) => step.role === 'model').length;
  return { index, ...(story[index] ?? { text: '(the story has ended)' }) };
}

const id = (prefix) => prefix + randomUUID().replaceAll('-', '').slice(0, 20);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
function json(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
function stream(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  return (data, event) => response.write(`${event ? `event: ${event}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
}
async function pieces(response, turn, write) {
  for (const piece of turn.text.match(/[\s\S]{1,16}/g) ?? []) {
    if (response.destroyed)
      return;
    write(piece);
    if (turn.slow)
      await pause(300);
  }
}
const tokens = { input: 1000, output: 50 };

const writers = {
  async messages(response, body, turn) {
    const content = [{ type: 'text', text: turn.text }, ...(turn.tool ? [{ type: 'tool_use', id: id('toolu_'), ...turn.tool }] : [])];
    const usage = { input_tokens: tokens.input, output_tokens: tokens.output, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
    const stop = { stop_reason: turn.tool ? 'tool_use' : 'end_turn', stop_sequence: null };
    const message = { id: id('msg_'), type: 'message', role: 'assistant', model: body.model, content, ...stop, usage };
    if (!body.stream)
      return json(response, 200, message);
    const send = stream(response);
    const event = (type, more) => send({ type, ...more }, type);
    event('message_start', { message: { ...message, content: [], stop_reason: null } });
    for (const [index, block] of content.entries()) {
      event('content_block_start', { index, content_block: block.type === 'text' ? { type: 'text', text: '' } : { ...block, input: {} } });
      if (block.type === 'text')
        await pieces(response, turn, (text) => event('content_block_delta', { index, delta: { type: 'text_delta', text } }));
      else
        event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: JSON.stringify(block.input) } });
      event('content_block_stop', { index });
    }
    event('message_delta', { delta: stop, usage });
    event('message_stop', {});
    response.end();
  },
  async responses(response, body, turn) {
    const base = { id: id('resp_'), object: 'response', created_at: Math.floor(Date.now() / 1000), model: body.model };
    const send = stream(response);
    let number = 0;
    const event = (type, more) => send({ type, sequence_number: number++, ...more }, type);
    event('response.created', { response: { ...base, status: 'in_progress', output: [] } });
    const message = { type: 'message', id: id('msg_'), role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: turn.text, annotations: [] }] };
    event('response.output_item.added', { output_index: 0, item: { ...message, status: 'in_progress', content: [] } });
    await pieces(response, turn, (delta) => event('response.output_text.delta', { item_id: message.id, output_index: 0, content_index: 0, delta }));
    event('response.output_item.done', { output_index: 0, item: message });
    const output = [message];
    if (turn.tool) {
      const call = { type: 'function_call', id: id('fc_'), call_id: id('call_'), name: turn.tool.name, arguments: JSON.stringify(turn.tool.input), status: 'completed' };
      event('response.output_item.added', { output_index: 1, item: call });
      event('response.output_item.done', { output_index: 1, item: call });
      output.push(call);
    }
    const usage = { input_tokens: tokens.input, input_tokens_details: { cached_tokens: 0 }, output_tokens: tokens.output, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: tokens.input + tokens.output };
    event('response.completed', { response: { ...base, status: 'completed', output, usage } });
    response.end();
  },
  async chat(response, body, turn) {
    const calls = turn.tool ? [{ index: 0, id: id('call_'), type: 'function', function: { name: turn.tool.name, arguments: JSON.stringify(turn.tool.input) } }] : [];
    const usage = { prompt_tokens: tokens.input, completion_tokens: tokens.output, total_tokens: tokens.input + tokens.output };
    const head = { id: id('chatcmpl-'), created: Math.floor(Date.now() / 1000), model: body.model };
    const finish = calls.length ? 'tool_calls' : 'stop';
    if (!body.stream)
      return json(response, 200, { ...head, object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: turn.text, ...(calls.length && { tool_calls: calls }) }, finish_reason: finish }], usage });
    const send = stream(response);
    const part = (delta, reason = null) => send({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] });
    part({ role: 'assistant', content: '' });
    await pieces(response, turn, (content) => part({ content }));
    for (const call of calls)
      part({ tool_calls: [call] });
    part({}, finish);
    send({ ...head, object: 'chat.completion.chunk', choices: [], usage });
    send('[DONE]');
    response.end();
  },
  async gemini(response, body, turn, streaming, model) {
    const usageMetadata = { promptTokenCount: tokens.input, candidatesTokenCount: tokens.output, totalTokenCount: tokens.input + tokens.output };
    const answer = (parts, last) => ({ candidates: [{ index: 0, content: { role: 'model', parts }, ...(last && { finishReason: 'STOP' }) }], usageMetadata, modelVersion: model, responseId: id('r') });
    const calls = turn.tool ? [{ functionCall: { id: id('fc'), name: turn.tool.name, args: turn.tool.input } }] : [];
    if (!streaming)
      return json(response, 200, answer([{ text: turn.text }, ...calls], true));
    const send = stream(response);
    await pieces(response, turn, (text) => send(answer([{ text }])));
    send(answer(calls, true));
    response.end();
  },
};

const requests = [];
async function handle(request, response, raw) {
  const path = request.url.split('?')[0];
  if (path === '/requests')
    return json(response, 200, requests);
  if (path === '/cwd') {
    cwd = raw.trim();
    tellCwd?.();
    return json(response, 200, {});
  }
  let body = {};
  try { body = JSON.parse(raw); } catch { /* none */ }
  const google = path.match(/\/models\/([^/:]+):(stream)?[gG]enerateContent$/);
  const dialect = request.method !== 'POST' ? '' : /\/messages$/.test(path) ? 'messages' : /\/responses$/.test(path) ? 'responses'
    : /\/chat\/completions$/.test(path) ? 'chat' : google ? 'gemini' : '';
  if (!dialect) {
    requests.push({ path, method: request.method });
    if (/count_?tokens$/i.test(path))
      return json(response, 200, { input_tokens: 1000, totalTokens: 1000 });
    if (request.method === 'HEAD' || path === '/')
      return json(response, 200, {});
    if (/\/models$/.test(path))
      return json(response, 200, { object: 'list', has_more: false, data: [], models: [] });
    return json(response, 404, { error: { type: 'not_found_error', message: path } });
  }
  const steps = readers[dialect](body);
  const turn = dueTurn(steps, (body.tools ?? []).length > 0);
  requests.push({ path, turn: turn.index, prompt: steps.findLast((step) => step.role === 'user')?.text.slice(0, 60) });
  await cwdKnown;
  const placed = JSON.parse(JSON.stringify(turn).replaceAll('$CWD', cwd));
  await writers[dialect](response, body, placed, Boolean(google?.[2]), google?.[1]);
}

const server = http.createServer((request, response) => {
  let raw = '';
  request.setEncoding('utf8');
  request.on('data', (piece) => { raw += piece; });
  request.on('end', () => handle(request, response, raw).catch((error) => {
    console.error(error);
    response.destroy();
  }));
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
process.stdin.on('end', () => process.exit(0)).resume();
