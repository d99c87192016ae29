#include "app/commands/follower.h"
#include "app/commands/groups.h"
#include "git/repository.h"

#include <QCoro/QCoroFuture>
#include <QDir>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QTemporaryDir>

namespace switchyard::app {

namespace {

//! What the demo promises, checked against what happened.
struct DemoReport {
    QList<std::pair<QString, bool>> lines;
    void check(const QString& what, bool happened) { lines.append({what, happened}); }
    bool allTrue() const
    {
        return std::ranges::all_of(lines, [](const auto& line) { return line.second; });
    }
};

int countEvents(const QList<Event>& events, QLatin1StringView kind,
                const std::function<bool(const QJsonObject&)>& matches)
{
    return int(
        std::ranges::count_if(events, [&](const Event& event) { return event.kind == kind && matches(event.data); }));
}

void printReport(const CommandContext& context, const DemoReport& report)
{
    context.out << Qt::endl << "What really happened:" << Qt::endl;
    for (const auto& [what, happened] : report.lines)
        context.out << (happened ? "  ✓ " : "  ✗ ") << what << Qt::endl;
}

void checkRun(DemoReport& report, const QList<Event>& events, const Task& task)
{
    report.check(u"the agent ran as a process of its own and spoke ACP"_s,
                 countEvents(events, event_kind::agentStarted,
                             [](const auto& data) { return data[u"pid"].toInteger() > 0; }) > 0);
    report.check(u"files were written in the worktree of branch %1"_s.arg(task.branch),
                 countEvents(events, event_kind::fileChanged, [](const auto&) { return true; }) >= 2);
    report.check(u"the tests ran and failed"_s, countEvents(events, event_kind::testResult, [](const auto& data) {
                                                    return !data[u"ok"].toBool();
                                                }) > 0);
    report.check(u"after a fix the tests ran and passed"_s,
                 countEvents(events, event_kind::testResult, [](const auto& data) { return data[u"ok"].toBool(); }) >
                     0);
    report.check(u"`rm old_calculator.py` waited for the code"_s,
                 countEvents(events, event_kind::confirmationRequested, [](const auto& data) {
                     return data[u"command"].toString().contains(u"old_calculator.py");
                 }) == 1);
}

Result<> checkMerged(DemoReport& report, const Task& task, const QString& into, bool removed)
{
    SY_TRY_ASSIGN(const auto repository, git::Repository::open(task.spec.project));
    SY_TRY_ASSIGN(const auto commit, repository.commitOf(into));
    const QDir folder(task.spec.project);
    report.check(u"the change is merged into %1 as commit %2"_s.arg(into, commit.left(10)), commit != task.baseCommit);
    report.check(u"calculator.py and its tests are there"_s,
                 folder.exists(u"calculator.py"_s) && folder.exists(u"test_calculator.py"_s));
    report.check(removed ? u"old_calculator.py is gone"_s
                         : u"old_calculator.py is still there: its deletion was refused"_s,
                 folder.exists(u"old_calculator.py"_s) != removed);
    report.check(u"the worktree is gone"_s, !QFileInfo::exists(task.worktree));
    return {};
}

QCoro::Task<Result<>> chooseCode(CommandContext context, std::shared_ptr<client::EngineClient> client,
                                 std::shared_ptr<TerminalInput> input)
{
    SY_CO_TRY_ASSIGN(const auto status, co_await client->status());
    if (status.codeIsSet)
        co_return {};
    context.err << "Nothing destructive runs without your confirmation code. Choose one now (4 to 12 characters)."
                << Qt::endl;
    for (;;) {
        SY_CO_TRY_ASSIGN(const auto code, co_await readCode(context.err, u"Your code: "_s, *input));
        if (TerminalInput::isTerminal()) {
            SY_CO_TRY_ASSIGN(const auto again, co_await readCode(context.err, u"Once more: "_s, *input));
            if (again.reveal() != code.reveal()) {
                context.err << "The two differ; try again." << Qt::endl;
                continue;
            }
        }
        const auto set = co_await client->setCode(code, {});
        if (set)
            co_return {};
        if (set.error().code != ErrorCode::Invalid)
            co_return set;
        context.err << describe(set.error()) << Qt::endl;
    }
}

QCoro::Task<Result<bool>> wantsMerge(CommandContext context, std::shared_ptr<TerminalInput> input, QString branch)
{
    context.err << "Merge it into " << branch << "? [Y/n] " << Qt::flush;
    SY_CO_TRY_ASSIGN(const auto line, co_await input->readLine(false));
    const auto word = line.trimmed().toLower();
    co_return word.isEmpty() || word == u"y" || word == u"yes";
}

QCoro::Task<Result<int>> playDemo(CommandContext context, bool unattended)
{
    const auto input = std::make_shared<TerminalInput>();
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    Follower::CodeSource codeFor = [&context, input](Confirmation) {
        return readCode(context.err, u"     Code (empty refuses): "_s, *input);
    };
    if (unattended) {
        const auto code = QByteArray::number(QRandomGenerator::system()->bounded(1000, 10000));
        context.out << "Nobody is at the keyboard: the code made up for this demo is " << code << '.' << Qt::endl;
        SY_CO_TRY(co_await client->setCode(Secret(code), {}));
        codeFor = [&context, code](Confirmation) -> QCoro::Task<Result<Secret>> {
            context.out << "     (enters " << code << ")" << Qt::endl;
            return [](QByteArray digits) -> QCoro::Task<Result<Secret>> { co_return Secret(digits); }(code);
        };
    } else {
        SY_CO_TRY(co_await chooseCode(context, client, input));
    }
    SY_CO_TRY_ASSIGN(const auto task, co_await client->startDemo());
    context.out << "Started task #" << task.id().toString() << " in " << task.spec.project << ": " << task.spec.title
                << Qt::endl;
    Follower follower(context, client, task.id(), codeFor);
    SY_CO_TRY_ASSIGN(const auto end, co_await follower.run());
    DemoReport report;
    report.check(u"the task completed"_s, end.status == TaskStatus::Completed);
    checkRun(report, follower.events(), end);
    const bool removed = countEvents(follower.events(), event_kind::confirmationAnswered,
                                     [](const auto& data) { return data[u"allowed"].toBool(); }) > 0;
    if (unattended)
        report.check(u"the right code let it run"_s, removed);
    if (end.isReviewable()) {
        context.out << Qt::endl
                    << u"The change: %1 files, +%2 −%3 on %4 (swy diff %5)."_s.arg(end.filesChanged)
                           .arg(end.linesAdded)
                           .arg(end.linesRemoved)
                           .arg(end.branch, end.id().toString())
                    << Qt::endl;
        SY_CO_TRY_ASSIGN(const auto merge,
                         unattended ? Result<bool>(true) : co_await wantsMerge(context, input, end.baseBranch));
        if (!merge) {
            printReport(context, report);
            context.out << "Merge it later with `swy merge " << end.id().toString() << "`." << Qt::endl;
            co_return report.allTrue() ? Success : TaskFailed;
        }
        SY_CO_TRY_ASSIGN(const auto into, co_await client->merge(end.id(), true));
        SY_CO_TRY(checkMerged(report, end, into, removed));
    } else {
        report.check(u"there is a change to merge"_s, false);
    }
    printReport(context, report);
    context.out << "The repository: " << end.spec.project << Qt::endl;
    if (unattended) {
        if (const auto stopped = co_await client->shutdownEngine(); !stopped)
            context.err << "swy: " << stopped.error().message << Qt::endl;
    }
    co_return report.allTrue() ? Success : TaskFailed;
}

QCoro::Task<Result<int>> demo(CommandContext context)
{
    const Options options(context, {u"unattended"_s}, {});
    SY_CO_TRY(options.check());
    if (!options.isSet(u"unattended"_s))
        co_return co_await playDemo(context, false);
    // A world of its own: the user's own code, tasks and settings are not touched.
    QTemporaryDir root(QDir::tempPath() + u"/switchyard-demo-XXXXXX"_s);
    root.setAutoRemove(false);
    qputenv("SWITCHYARD_ROOT", root.path().toUtf8());
    context.paths = Paths::below(root.path());
    co_return co_await playDemo(context, true);
}

} // namespace

QList<Command> demoCommands()
{
    return {
        {u"demo"_s, u"watch a whole task, from goal to merged change, without a key or network"_s,
         u"swy demo [--unattended]\n\n  --unattended  nobody is asked: a code is made up, shown and entered; exit status 0 only if all of it really happened"_s,
         demo}};
}

} // namespace switchyard::app
