#include "scene.h"

#include <QFile>

namespace switchyard::testing {

namespace {

TaskSpec agentSpec(const QString& id, const QString& goal, const QString& project)
{
    TaskSpec spec;
    spec.id = TaskId::parse(id).value();
    spec.goal = goal;
    spec.agent = u"builtin"_s;
    spec.project = project;
    return spec;
}

QJsonObject tool(const QString& id, const QString& kind, const QString& title)
{
    return {{u"id"_s, id}, {u"kind"_s, kind}, {u"title"_s, title}};
}

QJsonObject ended(QJsonObject call, int milliseconds, bool ok = true)
{
    call.insert(u"ok"_s, ok);
    call.insert(u"duration_ms"_s, milliseconds);
    return call;
}

QJsonObject plan(int done)
{
    const QStringList steps{
        u"Look at the repository"_s, u"Write calculator.py"_s, u"Write the tests"_s,      u"Run the tests"_s,
        u"Fix what fails"_s,         u"Remove the old file"_s, u"Run everything again"_s, u"Sum up"_s};
    QJsonArray entries;
    for (int i = 0; i < steps.size(); ++i)
        entries << QJsonObject{{u"content"_s, steps.at(i)},
                               {u"status"_s, i < done    ? u"completed"_s
                                             : i == done ? u"in_progress"_s
                                                         : u"pending"_s}};
    return {{u"entries"_s, entries}};
}

Diff sampleDiff()
{
    using Line = DiffLine;
    DiffFile calculator{.path = u"calculator.py"_s,
                        .oldPath = u"calculator.py"_s,
                        .change = DiffFile::Change::Modified,
                        .added = 4,
                        .removed = 1,
                        .hunks = {}};
    calculator.hunks << DiffHunk{
        u"@@ -1,6 +1,9 @@"_s,
        {{Line::Kind::Context, 1, 1, u"def add(a, b):"_s},
         {Line::Kind::Context, 2, 2, u"    return a + b"_s},
         {Line::Kind::Context, 3, 3, u""_s},
         {Line::Kind::Context, 4, 4, u"def divide(a, b):"_s},
         {Line::Kind::Removed, 5, 0, u"    return a / b"_s},
         {Line::Kind::Added, 0, 5, u"    \"\"\"Raises ValueError instead of leaking ZeroDivisionError.\"\"\""_s},
         {Line::Kind::Added, 0, 6, u"    if b == 0:"_s},
         {Line::Kind::Added, 0, 7, u"        raise ValueError(\"division by zero\")"_s},
         {Line::Kind::Added, 0, 8, u"    return a / b"_s}}};
    DiffFile tests{.path = u"tests/test_calculator.py"_s,
                   .oldPath = {},
                   .change = DiffFile::Change::Added,
                   .added = 6,
                   .removed = 0,
                   .hunks = {}};
    QList<DiffLine> lines;
    int number = 0;
    for (const auto& text :
         {u"import pytest"_s, u"from calculator import divide"_s, u""_s, u"def test_divide_by_zero():"_s,
          u"    with pytest.raises(ValueError):"_s, u"        divide(1, 0)"_s})
        lines << DiffLine{Line::Kind::Added, 0, ++number, text};
    tests.hunks << DiffHunk{u"@@ -0,0 +1,6 @@"_s, lines};
    return {u"4f2c91d0aa5b"_s, {calculator, tests}};
}

//! Four minutes of it: a quiet agent with two test runs in between.
void tellMeters(FakeEngine& engine, const TaskId& id)
{
    constexpr int points = 48;
    qint64 cpu = 0;
    for (int i = 0; i < points; ++i) {
        const bool testing = (i > 18 && i < 25) || (i > 36 && i < 44);
        cpu += testing ? 4200 + 600 * (i % 3) : 150 + 90 * (i % 4);
        engine.emitEvent(id, event_kind::meters,
                         {{u"cpu_ms"_s, cpu},
                          {u"memory"_s, qint64(testing ? 320 + 14 * (i % 5) : 148 + i) << 20},
                          {u"peak_memory"_s, qint64(i > 18 ? 376 : 165) << 20},
                          {u"processes"_s, testing ? 9 : 4}},
                         Clock::system().now() - std::chrono::seconds(5 * (points - i)));
    }
}

} // namespace

Scene::Scene(FakeEngine& engine, const QString& folder)
{
    const auto calc = folder + u"/calc"_s, web = folder + u"/webshop"_s;
    for (const auto& [id, goal] : {std::pair{u"3be812"_s, u"Upgrade the dependencies and fix what breaks"_s},
                                   std::pair{u"51c07d"_s, u"Document the public API"_s},
                                   std::pair{u"77ad20"_s, u"Make the search page load in under a second"_s}}) {
        const auto task = engine.add(agentSpec(id, goal, web));
        engine.setStatus(task, TaskStatus::Running);
        engine.emitEvent(task, event_kind::gitBranch, {{u"branch"_s, u"task/"_s + id}, {u"base_branch"_s, u"main"_s}});
        engine.setStatus(task, id == u"51c07d" ? TaskStatus::Failed : TaskStatus::Completed,
                         id == u"51c07d" ? u"the agent ended: no answer from the model within 120 s"_s : QString());
        if (id == u"3be812")
            engine.emitEvent(task, event_kind::gitMerged, {{u"into"_s, u"main"_s}});
        done << task;
    }
    review = engine.add(agentSpec(u"0c44e1"_s, u"Handle division by zero without a traceback"_s, calc));
    tellReview(engine);
    TaskSpec shell;
    shell.id = TaskId::parse(u"b20e44").value();
    shell.kind = TaskKind::Shell;
    shell.goal = u"npm run dev"_s;
    shell.shell = u"bash"_s;
    shell.project = web;
    shell.isolation = Isolation::InPlace;
    shell.limits.runTime = std::chrono::minutes(60);
    server = engine.add(shell);
    engine.setStatus(server, TaskStatus::Running);
    engine.emitEvent(
        server, event_kind::taskProgress,
        {{u"message"_s, u"ready in 412 ms, http://localhost:5173"_s}, {u"elapsed_ms"_s, 754'000}, {u"percent"_s, 0}});
    parser = engine.add(agentSpec(u"e91f35"_s, u"Let the parser accept trailing commas"_s, web));
    engine.setStatus(parser, TaskStatus::Running);
    engine.emitEvent(parser, event_kind::taskPhase, {{u"phase"_s, u"testing"_s}, {u"message"_s, u"runs cargo test"_s}});
    engine.emitEvent(parser, event_kind::taskProgress,
                     {{u"percent"_s, 71}, {u"step"_s, 19}, {u"steps"_s, 50}, {u"elapsed_ms"_s, 391'000}});
    calculator = engine.add(agentSpec(u"a7f3c1"_s, u"Build a calculator with tests"_s, calc));
    tellCalculator(engine, folder);
    for (const auto& [id, goal] : {std::pair{u"9c1d02"_s, u"Translate the checkout into French"_s},
                                   std::pair{u"d3070a"_s, u"Write a migration for the orders table"_s}}) {
        const auto task = engine.add(agentSpec(id, goal, web));
        engine.setStatus(task, TaskStatus::Queued, u"waits for a slot, 3 of 3 busy"_s);
        queued << task;
    }
}

void Scene::tellCalculator(FakeEngine& engine, const QString& folder)
{
    const auto& id = calculator;
    const auto emitTool = [&](const QJsonObject& call, int duration, bool ok = true) {
        engine.emitEvent(id, event_kind::toolStarted, call);
        engine.emitEvent(id, event_kind::toolFinished, ended(call, duration, ok));
    };
    const auto emitEdit = [&](const QString& call, const QString& path, int added, int removed) {
        engine.emitEvent(id, event_kind::toolStarted, tool(call, u"edit"_s, path));
        engine.emitEvent(id, event_kind::fileChanged,
                         {{u"path"_s, path}, {u"added"_s, added}, {u"removed"_s, removed}, {u"how"_s, u"modified"_s}});
        engine.emitEvent(id, event_kind::toolFinished, ended(tool(call, u"edit"_s, path), 40));
    };
    QFile log(folder + u"/output.log"_s);
    if (!log.open(QIODevice::WriteOnly))
        qFatal("the scene's log cannot be written");
    log.write("▶ python3 -m pytest -q\n");
    const auto from = log.pos();
    log.write("\x1b[31mF\x1b[0m...                                                       "
              "[100%]\n=========================== FAILURES ===========================\n"
              "_____________________ test_divide_by_zero ______________________\n\n    def test_divide_by_zero():\n>   "
              "    with pytest.raises(ValueError):\n"
              "E       ZeroDivisionError: division by zero\n\ntests/test_calculator.py:14: ZeroDivisionError\n1 "
              "failed, 3 passed in 0.04s\n");
    const auto to = log.pos();
    log.write("■ exit code 1, 2.1 s\n▶ python3 -m pytest -q\n....                                                      "
              " [100%]\n4 passed in 0.03s\n■ exit code 0, 1.9 s\n");
    log.close();
    engine.logs.insert(id, log.fileName());

    engine.setStatus(id, TaskStatus::Running);
    tellMeters(engine, id);
    engine.emitEvent(id, event_kind::gitBranch,
                     {{u"branch"_s, u"task/a7f3c1"_s},
                      {u"base_branch"_s, u"main"_s},
                      {u"worktree"_s, folder + u"/worktrees/calc/a7f3c1"_s}});
    engine.emitEvent(id, event_kind::agentStarted, {{u"name"_s, u"Built-in agent"_s}});
    engine.emitEvent(id, event_kind::taskPhase, {{u"phase"_s, u"planning"_s}});
    engine.emitEvent(
        id, event_kind::agentThought,
        {{u"text"_s,
          u"The repository has an old_calculator.py that nothing imports. I should look at it before I decide what to keep.\nThe tests run with pytest."_s}});
    engine.emitEvent(id, event_kind::agentPlan, plan(0));
    emitTool(tool(u"t1"_s, u"read"_s, u"Read README.md"_s), 12);
    emitTool(tool(u"t2"_s, u"read"_s, u"Read old_calculator.py"_s), 9);
    engine.emitEvent(id, event_kind::taskPhase, {{u"phase"_s, u"coding"_s}});
    for (const auto* const part :
         {"I'll write the calculator as **four small functions** ",
          "and keep `divide` strict:\n\n```python\ndef divide(a, b):\n",
          "    if b == 0:\n        raise ValueError(\"division by zero\")\n    return a / b\n```\n"})
        engine.emitEvent(id, event_kind::agentMessage, {{u"text"_s, QString::fromUtf8(part)}});
    emitEdit(u"t3"_s, u"calculator.py"_s, 64, 0);
    emitEdit(u"t4"_s, u"tests/test_calculator.py"_s, 48, 0);
    engine.emitEvent(id, event_kind::agentPlan, plan(3));
    engine.emitEvent(id, event_kind::taskPhase, {{u"phase"_s, u"testing"_s}});
    engine.emitEvent(id, event_kind::toolStarted, tool(u"t5"_s, u"execute"_s, u"python3 -m pytest -q"_s));
    engine.emitEvent(id, event_kind::commandStarted,
                     {{u"id"_s, u"c1"_s}, {u"command"_s, u"python3 -m pytest -q"_s}, {u"log_from"_s, from}});
    engine.emitEvent(id, event_kind::testResult,
                     {{u"runner"_s, u"pytest"_s}, {u"passed"_s, 3}, {u"failed"_s, 1}, {u"ok"_s, false}});
    engine.emitEvent(
        id, event_kind::commandFinished,
        {{u"id"_s, u"c1"_s}, {u"exit_code"_s, 1}, {u"duration_ms"_s, 2100}, {u"log_from"_s, from}, {u"log_to"_s, to}});
    engine.emitEvent(id, event_kind::toolFinished,
                     ended(tool(u"t5"_s, u"execute"_s, u"python3 -m pytest -q"_s), 2100, false));
    engine.emitEvent(id, event_kind::taskPhase, {{u"phase"_s, u"fixing"_s}});
    emitEdit(u"t6"_s, u"calculator.py"_s, 3, 1);
    engine.emitEvent(id, event_kind::toolStarted, tool(u"t7"_s, u"execute"_s, u"python3 -m pytest -q"_s));
    engine.emitEvent(id, event_kind::commandStarted, {{u"id"_s, u"c2"_s}, {u"command"_s, u"python3 -m pytest -q"_s}});
    engine.emitEvent(id, event_kind::testResult,
                     {{u"runner"_s, u"pytest"_s}, {u"passed"_s, 4}, {u"failed"_s, 0}, {u"ok"_s, true}});
    engine.emitEvent(id, event_kind::commandFinished,
                     {{u"id"_s, u"c2"_s}, {u"exit_code"_s, 0}, {u"duration_ms"_s, 1900}});
    engine.emitEvent(id, event_kind::toolFinished, ended(tool(u"t7"_s, u"execute"_s, u"python3 -m pytest -q"_s), 1900));
    engine.emitEvent(id, event_kind::agentPlan, plan(5));
    engine.emitEvent(id, event_kind::agentMessage,
                     {{u"text"_s, u"All four tests pass. `old_calculator.py` is not used any more, so I remove it."_s},
                      {u"message_id"_s, u"m2"_s}});
    engine.emitEvent(id, event_kind::gitChanges, {{u"files"_s, 3}, {u"added"_s, 120}, {u"removed"_s, 14}});
    engine.emitEvent(id, event_kind::agentUsage,
                     {{u"input"_s, 61'000},
                      {u"output"_s, 12'400},
                      {u"cached"_s, 40'000},
                      {u"cost"_s, 0.41},
                      {u"model"_s, u"scripted"_s}});
    engine.emitEvent(id, event_kind::taskProgress,
                     {{u"percent"_s, 62},
                      {u"message"_s, u"removes the old file"_s},
                      {u"step"_s, 11},
                      {u"steps"_s, 50},
                      {u"elapsed_ms"_s, 252'000}});
    engine.diffs.insert(id, sampleDiff());
    engine.emitEvent(id, event_kind::toolStarted, tool(u"t8"_s, u"execute"_s, u"rm old_calculator.py"_s));
    engine.ask(id, u"rm old_calculator.py"_s, {u"deletes a file"_s}, {u"deletes old_calculator.py (2.1 kB, in git)"_s});
}

void Scene::tellReview(FakeEngine& engine)
{
    engine.setStatus(review, TaskStatus::Running);
    engine.emitEvent(review, event_kind::agentUsage, {{u"cost"_s, 0.18}});
    engine.setStatus(review, TaskStatus::Failed, u"the agent ended: no answer from the model within 120 s"_s);
    engine.setStatus(review, TaskStatus::Queued);
    engine.setStatus(review, TaskStatus::Running);
    engine.emitEvent(review, event_kind::gitBranch,
                     {{u"branch"_s, u"task/0c44e1"_s}, {u"base_branch"_s, u"main"_s}, {u"worktree"_s, u"/tmp/none"_s}});
    engine.emitEvent(review, event_kind::agentPlan, plan(8));
    engine.emitEvent(review, event_kind::fileChanged,
                     {{u"path"_s, u"calculator.py"_s}, {u"added"_s, 4}, {u"removed"_s, 1}});
    engine.emitEvent(review, event_kind::gitCommit,
                     {{u"commit"_s, u"4f2c91d0aa5b"_s}, {u"message"_s, u"Raise ValueError on division by zero"_s}});
    engine.emitEvent(review, event_kind::gitChanges, {{u"files"_s, 2}, {u"added"_s, 10}, {u"removed"_s, 1}});
    engine.emitEvent(review, event_kind::taskProgress,
                     {{u"percent"_s, 100}, {u"elapsed_ms"_s, 318'000}, {u"step"_s, 14}, {u"steps"_s, 50}});
    engine.emitEvent(
        review, event_kind::agentStopped,
        {{u"reason"_s, u"end_turn"_s}, {u"text"_s, u"Dividing by zero now raises ValueError, with a test."_s}});
    engine.setStatus(review, TaskStatus::Completed);
    engine.diffs.insert(review, sampleDiff());
}

Statistics sampleStatistics(const QDate& today)
{
    Statistics stats;
    constexpr int days = 30;
    for (int i = 0; i < days; ++i) {
        Statistics::Day day;
        day.date = today.addDays(i + 1 - days);
        const bool weekend = day.date.dayOfWeek() > 5;
        day.runs = {.running = i == days - 1 ? 2 : 0,
                    .completed = weekend ? 1 : 4 + i % 5,
                    .failed = i % 4 == 1 ? 2 : 0,
                    .cancelled = i % 6 == 0 ? 1 : 0,
                    .timedOut = i % 9 == 3 ? 1 : 0};
        day.cost = weekend ? 0.4 : 1.7 + (i * 37 % 11) * 0.31;
        day.inputTokens = qint64(day.cost * 210'000);
        day.outputTokens = qint64(day.cost * 18'000);
        stats.runs.completed += day.runs.completed;
        stats.runs.failed += day.runs.failed;
        stats.runs.timedOut += day.runs.timedOut;
        stats.cost += day.cost;
        stats.inputTokens += day.inputTokens;
        stats.outputTokens += day.outputTokens;
        stats.days << day;
    }
    stats.runningNow = 3;
    stats.queuedNow = 5;
    stats.needYouNow = 1;
    stats.costToday = stats.days.last().cost;
    stats.costThisMonth = 41.8;
    stats.monthProjection = 61.35;
    stats.budgetPerDay = 5;
    const auto ms = [](int value) { return milliseconds(value); };
    stats.tools = {{u"read"_s, 812, 9, ms(812 * 40), ms(900)},
                   {u"execute"_s, 402, 61, ms(402 * 3100), ms(214'000)},
                   {u"edit"_s, 377, 14, ms(377 * 60), ms(400)},
                   {u"search"_s, 160, 0, ms(160 * 110), ms(2300)},
                   {u"fetch"_s, 12, 4, ms(12 * 1400), ms(20'000)}};
    stats.errors = {{u"command_failed"_s, 52, u"exit code 1: 2 failed, 14 passed"_s, u"b20e44"_s},
                    {u"file_not_found"_s, 14, u"src/parser.cc: No such file or directory"_s, u"b20e44"_s},
                    {u"timeout"_s, 9, u"The command timed out after 120 s"_s, u"a7f3c1"_s},
                    {u"refused"_s, 7, u"The command was refused. Denied by the user."_s, u"a7f3c1"_s},
                    {u"network"_s, 4, u"Could not resolve host: registry.npmjs.org"_s, u"a7f3c1"_s}};
    stats.commands = {{u"cargo test --workspace --all-features"_s, 31, 6, ms(31 * 96'000), ms(214'000), u"b20e44"_s},
                      {u"npm run build"_s, 22, 2, ms(22 * 31'000), ms(71'200), u"a7f3c1"_s},
                      {u"pytest -q tests/integration"_s, 57, 11, ms(57 * 14'000), ms(33'800), u"a7f3c1"_s},
                      {u"cmake --build build"_s, 18, 3, ms(18 * 9'000), ms(28'000), u"b20e44"_s},
                      {u"git status --short"_s, 190, 0, ms(190 * 22), ms(400), u"b20e44"_s}};
    stats.files = {{u"/home/me/calc"_s, u"src/parser/expression.cpp"_s, 41, 7, 612, 240},
                   {u"/home/me/calc"_s, u"tests/test_expression.py"_s, 33, 6, 480, 66},
                   {u"/home/me/shop"_s, u"packages/cart/index.ts"_s, 21, 4, 188, 120},
                   {u"/home/me/shop"_s, u"README.md"_s, 9, 5, 60, 12}};
    stats.agents = {{u"builtin"_s, {.completed = 96, .failed = 12, .timedOut = 2}, 31.2, 4'200'000, ms(36'000'000)},
                    {u"claude"_s, {.completed = 44, .failed = 3}, 28.4, 6'100'000, ms(20'000'000)},
                    {u"shell"_s, {.completed = 30, .failed = 7}, 0, 0, ms(9'000'000)}};
    stats.projects = {
        {u"/home/me/calc"_s, {.completed = 104, .failed = 14}, 33.0, 6'000'000, ms(40'000'000)},
        {u"/home/me/shop"_s, {.completed = 66, .failed = 8, .timedOut = 2}, 26.6, 4'300'000, ms(25'000'000)}};
    stats.allProjects = {u"/home/me/calc"_s, u"/home/me/shop"_s};
    stats.allAgents = {u"builtin"_s, u"claude"_s, u"shell"_s};
    return stats;
}

} // namespace switchyard::testing
