#include "child_support.h"
#include "process/process_tree.h"
#include "process/sandbox.h"

#include <QDir>
#include <QProcess>

#include <cstddef>
#include <memory>

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

using namespace switchyard;
using namespace switchyard::process;
using namespace switchyard::testing;

class TestSandbox : public QObject
{
    Q_OBJECT
private:
    TestRoot m_root;
    QString m_worktree;
    SandboxAbility m_ability;

    SandboxPolicy policy(SandboxPolicy::Level level = SandboxPolicy::Level::Standard)
    {
        SandboxPolicy result;
        result.level = level;
        result.worktree = m_worktree;
        return result;
    }
    struct Outcome {
        int code = -1;
        QByteArray output;
    };
    Outcome runInside(const QString& script, const SandboxPolicy& rules)
    {
        auto line = shell(script);
        line.cwd = rules.worktree;
        line.environment = childEnvironmentWithHome();
        const auto wrapped = Sandbox::wrap(line, rules);
        if (!wrapped)
            return {-1, describe(wrapped.error()).toUtf8()};
        Run run(*wrapped);
        if (!run.waitForEnd())
            return {-2, "no end"};
        return {run.exit.how == Exit::How::Exited ? run.exit.code : -3, run.output};
    }
    QProcessEnvironment childEnvironmentWithHome() const
    {
        QProcessEnvironment environment;
        environment.insert(u"PATH"_s, u"/usr/local/bin:/usr/bin:/bin"_s);
        environment.insert(u"HOME"_s, m_root.path(u"home"_s));
        environment.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, u"unix:path=/run/user/0/bus"_s);
        environment.insert(u"SSH_AUTH_SOCK"_s, u"/tmp/agent"_s);
        return environment;
    }
    QByteArray git(const QString& folder, const QStringList& arguments)
    {
        QProcess process;
        process.setWorkingDirectory(folder);
        process.start(u"git"_s, QStringList{u"-c"_s, u"user.name=T"_s, u"-c"_s, u"user.email=t@t"_s} + arguments);
        process.waitForFinished();
        if (process.exitCode() != 0)
            qWarning("%s", process.readAllStandardError().constData());
        return process.readAllStandardOutput().trimmed();
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_ability = await(Sandbox::probe());
        if (!m_ability.works)
            QSKIP(qPrintable(m_ability.missing.join(u' ') + u" Runs where bubblewrap may make namespaces."_s));
        QVERIFY(m_ability.program.endsWith(u"/bwrap"_s));
        QVERIFY((m_ability.separateNetwork && m_ability.separateSockets) == m_ability.missing.isEmpty());
        for (const auto& folder : {u"work"_s, u"home/.ssh"_s, u"home/.agent"_s, u"state/tasks/other"_s})
            QVERIFY(QDir().mkpath(m_root.path(folder)));
        m_worktree = m_root.path(u"work"_s);
        writeFile(m_root.path(u"home/.ssh/id_ed25519"_s), "private key\n");
        writeFile(m_root.path(u"home/.netrc"_s), "password\n");
        writeFile(m_root.path(u"home/notes.txt"_s), "notes\n");
        writeFile(m_root.path(u"state/tasks/other/journal"_s), "secret story\n");
    }

    void runsAndGivesTheExitCodeBack()
    {
        const auto outcome = runInside(u"echo hello; exit 7"_s, policy());
        QCOMPARE(outcome.output, "hello\n");
        QCOMPARE(outcome.code, 7);
    }

    void offChangesNothing()
    {
        const auto line = Sandbox::wrap(shell(u"true"_s), policy(SandboxPolicy::Level::Off));
        QCOMPARE(line->program, u"/bin/sh"_s);
    }

    void writesOnlyWhereItMay_data()
    {
        QTest::addColumn<QString>("target"); // %1: the test's root
        QTest::addColumn<bool>("allowed");
        QTest::addColumn<bool>("onDisk");
        QTest::newRow("worktree") << u"%1/work/new"_s << true << true;
        QTest::newRow("listed folder") << u"%1/home/.agent/new"_s << true << true;
        QTest::newRow("/tmp, a private one") << u"/tmp/switchyard-escape"_s << true << false;
        QTest::newRow("/var/tmp, a private one") << u"/var/tmp/switchyard-escape"_s << true << false;
        QTest::newRow("/run, a private one") << u"/run/switchyard-escape"_s << true << false;
        QTest::newRow("home") << u"%1/home/new"_s << false << false;
        QTest::newRow("beside the worktree, in the private /tmp") << u"%1/new"_s << true << false;
        QTest::newRow("/etc") << u"/etc/switchyard-escape"_s << false << false;
        QTest::newRow("/usr") << u"/usr/switchyard-escape"_s << false << false;
        QTest::newRow("/") << u"/switchyard-escape"_s << false << false;
        QTest::newRow("through a link in the worktree") << u"%1/work/link/new"_s << false << false;
        QTest::newRow("kernel settings") << u"/proc/sys/kernel/hostname"_s << false << true;
        QTest::newRow("through the root of a process outside")
            << u"/proc/1/root/etc/switchyard-escape"_s << false << false;
    }
    void writesOnlyWhereItMay()
    {
        QFETCH(QString, target);
        QFETCH(bool, allowed);
        QFETCH(bool, onDisk);
        if (target.contains(u"%1"))
            target = target.arg(m_root.path());
        QFile::remove(m_worktree + u"/link"_s);
        QVERIFY(QFile::link(m_root.path(u"home"_s), m_worktree + u"/link"_s));
        auto rules = policy();
        rules.writable << m_root.path(u"home/.agent"_s) << u"/no/such/folder"_s;
        rules.hidden << m_root.path(u"state"_s);
        // The home lies below /tmp here, which is private: shown again, as a home elsewhere is.
        rules.readable << m_root.path(u"home"_s);
        const auto outcome = runInside(u"echo x > '%1'"_s.arg(target), rules);
        QVERIFY2((outcome.code == 0) == allowed, outcome.output.constData());
        if (!target.startsWith(u"/proc"))
            QCOMPARE(QFile::exists(target), onDisk);
    }

    void readsNothingPrivate_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<SandboxPolicy::Level>("level");
        QTest::addColumn<QByteArray>("content"); // empty: must not be read
        using enum SandboxPolicy::Level;
        QTest::newRow("keys") << u"home/.ssh/id_ed25519"_s << Standard << QByteArray();
        QTest::newRow("passwords in a file") << u"home/.netrc"_s << Standard << QByteArray();
        QTest::newRow("other tasks") << u"state/tasks/other/journal"_s << Standard << QByteArray();
        QTest::newRow("notes") << u"home/notes.txt"_s << Standard << QByteArray("notes\n");
        QTest::newRow("notes, strict") << u"home/notes.txt"_s << Strict << QByteArray();
    }
    void readsNothingPrivate()
    {
        QFETCH(QString, path);
        QFETCH(SandboxPolicy::Level, level);
        QFETCH(QByteArray, content);
        auto rules = policy(level);
        rules.hidden << m_root.path(u"state"_s);
        // As if the home lay where homes lie: the whole test folder is writable, the private things in it are not.
        rules.writable << m_root.path();
        if (level == SandboxPolicy::Level::Strict)
            rules.writable.clear();
        const auto outcome = runInside(u"cat '%1'"_s.arg(m_root.path(path)), rules);
        const bool refused = outcome.output.contains("No such file") || outcome.output.contains("Permission denied");
        QCOMPARE(refused ? QByteArray() : outcome.output, content);
    }

    void theWorktreeMayLieInAHiddenFolder()
    {
        QVERIFY(QDir().mkpath(m_root.path(u"state/worktrees/mine"_s)));
        auto rules = policy();
        rules.worktree = m_root.path(u"state/worktrees/mine"_s);
        rules.hidden << m_root.path(u"state"_s);
        const auto outcome = runInside(u"echo x > here; ls %1; ls %1/worktrees"_s.arg(m_root.path(u"state"_s)), rules);
        QCOMPARE(outcome.output, "worktrees\nmine\n");
        QVERIFY(QFile::exists(rules.worktree + u"/here"_s));
    }

    void theEnginesSocketIsOutOfReach()
    {
        const auto path = m_root.path(u"run/engine.sock"_s);
        const int server = socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        qstrncpy(address.sun_path, path.toUtf8().constData(), sizeof address.sun_path);
        QCOMPARE(bind(server, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        QCOMPARE(listen(server, 1), 0);
        const auto script =
            u"python3 -c \"import socket; s = socket.socket(socket.AF_UNIX); s.connect('%1'); print('in')\" 2>&1"_s.arg(
                path);
        auto rules = policy();
        rules.writable << m_root.path();
        QCOMPARE(runInside(script, rules).output, "in\n"); // the way in works where it is open
        rules.hidden << m_root.path(u"run"_s);
        const auto outcome = runInside(script, rules);
        ::close(server);
        QVERIFY2(outcome.output.contains("FileNotFoundError"), outcome.output.constData());
    }

    void doorsAndAddressesAreClosed()
    {
        const auto outcome = runInside(
            u"ls /run/dbus /run/user /run/docker.sock 2>/dev/null; env | grep -cE 'DBUS|SSH_AUTH|XDG_RUNTIME'; echo $TMPDIR"_s,
            policy());
        QCOMPARE(outcome.output, "0\n/tmp\n");
    }

    void network()
    {
        const auto list = u"ls /sys/class/net >/dev/null; cat /proc/net/dev | tail -n +3 | cut -d: -f1 | tr -d ' '"_s;
        auto rules = policy();
        rules.network = SandboxPolicy::Network::Off;
        QCOMPARE(runInside(list, rules).output, "lo\n");
        QCOMPARE(runInside(list, policy(SandboxPolicy::Level::Strict)).output, "lo\n");
        QFile here(u"/proc/net/dev"_s);
        QVERIFY(here.open(QIODevice::ReadOnly));
        const auto interfaces = here.readAll().count(':');
        QCOMPARE(runInside(list, policy()).output.count('\n'), interfaces);
    }

    void abstractSocketsOfTheSessionAreOutOfReach()
    {
        if (!m_ability.separateSockets)
            QSKIP(qPrintable(m_ability.missing.join(u' ') + u" Runs where bubblewrap may make namespaces."_s));
        const auto name = u"switchyard-test-%1"_s.arg(getpid());
        const int server = socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        qstrncpy(address.sun_path + 1, name.toUtf8().constData(), sizeof address.sun_path - 1);
        const auto length = socklen_t(offsetof(sockaddr_un, sun_path) + 1 + size_t(name.size()));
        QCOMPARE(bind(server, reinterpret_cast<const sockaddr*>(&address), length), 0);
        QCOMPARE(listen(server, 1), 0);
        const auto reach =
            u"import socket; s = socket.socket(socket.AF_UNIX); s.connect('\\0%1'); print('in')"_s.arg(name);
        // What the program makes for itself stays its own: test runners and browsers do so.
        const auto own = u"import socket; l = socket.socket(socket.AF_UNIX); l.bind('\\0own-%1'); l.listen(); "
                         "s = socket.socket(socket.AF_UNIX); s.connect('\\0own-%1'); print('own')"_s.arg(name);
        auto line = shell(u"python3 -c \"%1\""_s.arg(reach));
        Run open(line);
        QVERIFY(open.waitForEnd());
        QCOMPARE(open.output, "in\n"); // the way in works where it is open
        const auto outcome =
            runInside(u"python3 -c \"%1\" 2>&1 | tail -1; python3 -c \"%2\""_s.arg(reach, own), policy());
        ::close(server);
        QCOMPARE(outcome.output, "PermissionError: [Errno 1] Operation not permitted\nown\n");
    }

    void kernelServices_data()
    {
        QTest::addColumn<QString>("call"); // of the C library
        QTest::addColumn<bool>("standard");
        QTest::addColumn<bool>("strict");
        QTest::newRow("any call") << u"getpid()"_s << true << true;
        QTest::newRow("the session's keys") << u"syscall(%1, 0, -3, 1)"_s.arg(SYS_keyctl) << false << false;
        QTest::newRow("name spaces") << u"setns(-1, 0)"_s << true << false;
        QTest::newRow("mounts") << u"umount2(b'/no/such', 0)"_s << true << false;
    }
    void kernelServices()
    {
        QFETCH(QString, call);
        QFETCH(bool, standard);
        QFETCH(bool, strict);
        // Whether it came to be looked at, not whether it made sense.
        const auto script = u"python3 -c \"import ctypes; l = ctypes.CDLL(None, use_errno=True); "
                            "print(l.%1 >= 0 or ctypes.get_errno() != 1)\""_s.arg(call);
        Run outside(shell(script));
        QVERIFY(outside.waitForEnd());
        if (outside.output != "True\n")
            QSKIP("refused outside a sandbox as well; runs where the kernel, or the container around, allows the call");
        QCOMPARE(runInside(script, policy()).output, standard ? "True\n" : "False\n");
        QCOMPARE(runInside(script, policy(SandboxPolicy::Level::Strict)).output, strict ? "True\n" : "False\n");
    }

    void otherProcessesAreNotSeen()
    {
        const auto outcome =
            runInside(u"ls -d /proc/[0-9]* | wc -l; kill -0 %1 && echo reached"_s.arg(getpid()), policy());
        QVERIFY2(outcome.output.left(outcome.output.indexOf('\n')).trimmed().toInt() < 10, outcome.output.constData());
        QVERIFY(!outcome.output.contains("reached\n"));
    }

    void noPrivileges()
    {
        const auto outcome = runInside(
            u"grep -E 'CapEff|NoNewPrivs' /proc/self/status; mount -t tmpfs x /mnt 2>&1 && echo mounted; true"_s,
            policy());
        QVERIFY2(outcome.output.contains("CapEff:\t0000000000000000") && outcome.output.contains("NoNewPrivs:\t1"),
                 outcome.output.constData());
        QVERIFY(!outcome.output.contains("mounted\n"));
    }

    void aTreeInASandboxEndsInOrder()
    {
        // Takes its leave at SIGTERM: the sandbox must not be shut over its head.
        auto line =
            shell(u"trap 'echo goodbye; exit 0' TERM; (trap '' TERM; exec sleep 60) & echo ready; wait; sleep 60"_s);
        line.cwd = m_worktree;
        line.stopGrace = milliseconds(500);
        Run run(*Sandbox::wrap(line, policy()));
        QVERIFY(run.waitForOutput("ready\n"));
        run.command.stop();
        QVERIFY(run.waitForEnd(8000));
        QCOMPARE(run.output, "ready\ngoodbye\n");
        QCOMPARE(run.exit.survivors, QStringList());
        QCOMPARE(ProcessTree(pid_t(run.command.pid()), {}).members().size(), 0);
    }

    void aDaemonInASandboxEndsWithIt()
    {
        auto line = awkward({u"clean-daemon"_s, u"1"_s});
        // Run from within: where the build lies below /tmp, the sandbox's own /tmp hides it.
        const auto inside = m_worktree + u"/awkward_child"_s;
        QVERIFY(QFile::copy(line.program, inside));
        line.program = inside;
        line.cwd = m_worktree;
        qputenv("SWITCHYARD_TREE", "in-a-sandbox");
        Run run(*Sandbox::wrap(line, policy()));
        qunsetenv("SWITCHYARD_TREE");
        QVERIFY(run.waitForEnd());
        QCOMPARE(run.output, "ready\n");
        QTRY_COMPARE(ProcessTree(0, "in-a-sandbox").members().size(), 0);
    }

    void temporaryFolderOnDisk()
    {
        QVERIFY(QDir().mkpath(m_root.path(u"temporary"_s)));
        auto rules = policy();
        rules.temporary = m_root.path(u"temporary"_s);
        QCOMPARE(runInside(u"echo x > $TMPDIR/file"_s, rules).code, 0);
        QVERIFY(QFile::exists(m_root.path(u"temporary/file"_s)));
    }

    void refusals_data()
    {
        QTest::addColumn<QString>("worktree");
        QTest::addColumn<QString>("program");
        QTest::addColumn<QString>("branch");
        QTest::addColumn<ErrorCode>("code");
        QTest::newRow("no worktree") << QString() << u"true"_s << QString() << ErrorCode::Invalid;
        QTest::newRow("relative") << u"work"_s << u"true"_s << QString() << ErrorCode::Invalid;
        QTest::newRow("missing") << u"/no/such"_s << u"true"_s << QString() << ErrorCode::Invalid;
        QTest::newRow("everything") << u"/"_s << u"true"_s << QString() << ErrorCode::Invalid;
        QTest::newRow("everything, less plainly") << u"/usr/.."_s << u"true"_s << QString() << ErrorCode::Invalid;
        QTest::newRow("unknown program") << m_worktree << u"no-such-program"_s << QString() << ErrorCode::NotFound;
        QTest::newRow("branch that climbs") << m_worktree << u"true"_s << u"../../hooks/x"_s << ErrorCode::Invalid;
    }
    void refusals()
    {
        QFETCH(QString, worktree);
        QFETCH(QString, program);
        QFETCH(QString, branch);
        auto rules = policy();
        rules.worktree = worktree;
        rules.branch = branch;
        CommandLine line;
        line.program = program;
        const auto wrapped = Sandbox::wrap(line, rules);
        QVERIFY(!wrapped);
        QTEST(wrapped.error().code, "code");
    }

    void gitInAWorktree_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<bool>("allowed");
        QTest::newRow("commit") << u"echo x > new && git add new && git commit -qm message"_s << true;
        QTest::newRow("status and log") << u"git status --short && git log --oneline -1"_s << true;
        QTest::newRow("hook") << u"echo x > %1/.git/hooks/pre-commit"_s << false;
        QTest::newRow("setting") << u"git config core.fsmonitor 'touch /tmp/x'"_s << false;
        QTest::newRow("setting, by hand") << u"echo x >> %1/.git/config"_s << false;
        QTest::newRow("excludes") << u"echo x > %1/.git/info/exclude"_s << false;
        QTest::newRow("another branch") << u"git update-ref refs/heads/main HEAD~1"_s << false;
        QTest::newRow("another task's branch") << u"git update-ref -d refs/heads/switchyard/other"_s << false;
        QTest::newRow("another task's branch, by hand") << u"rm -f %1/.git/refs/heads/switchyard/other"_s << false;
        QTest::newRow("a tag") << u"git tag t"_s << false;
        QTest::newRow("where git finds its settings")
            << u"echo /tmp/evil > %1/.git/worktrees/task/commondir"_s << false;
        QTest::newRow("a repository of its own") << u"rm -f .git && git init -q ."_s << false;
        QTest::newRow("the link moved away") << u"mv .git elsewhere"_s << false;
        QTest::newRow("another worktree's index") << u"echo x > %1/.git/worktrees/other/index"_s << false;
        QTest::newRow("the checked out files of the project") << u"echo x > %1/file"_s << false;
    }
    void gitInAWorktree()
    {
        QFETCH(QString, script);
        QFETCH(bool, allowed);
        static int number = 0;
        const auto base = m_root.path(u"git%1"_s.arg(++number));
        const auto repository = base + u"/project"_s;
        QVERIFY(QDir().mkpath(repository));
        git(repository, {u"init"_s, u"-q"_s, u"-b"_s, u"main"_s});
        git(repository, {u"config"_s, u"user.name"_s, u"T"_s});
        git(repository, {u"config"_s, u"user.email"_s, u"t@t"_s});
        for (const auto& text : {"one\n", "two\n"}) {
            writeFile(repository + u"/file"_s, text);
            git(repository, {u"add"_s, u"."_s});
            git(repository, {u"commit"_s, u"-qm"_s, u"c"_s});
        }
        git(repository, {u"worktree"_s, u"add"_s, u"-q"_s, u"-b"_s, u"switchyard/task"_s, base + u"/task"_s});
        git(repository, {u"worktree"_s, u"add"_s, u"-q"_s, u"-b"_s, u"switchyard/other"_s, base + u"/other"_s});
        SandboxPolicy rules;
        rules.worktree = base + u"/task"_s;
        rules.gitFolder = repository + u"/.git"_s;
        rules.branch = u"switchyard/task"_s;
        rules.readable << repository;
        const auto before = git(repository, {u"rev-parse"_s, u"main"_s, u"switchyard/other"_s});
        const auto outcome = runInside(script.contains(u"%1") ? script.arg(repository) : script, rules);
        QVERIFY2((outcome.code == 0) == allowed, outcome.output.constData());
        QCOMPARE(git(repository, {u"rev-parse"_s, u"main"_s, u"switchyard/other"_s}), before);
        QCOMPARE(git(repository, {u"fsck"_s, u"--no-dangling"_s}), "");
        QCOMPARE(Sandbox::findTraces(rules), QStringList());
        if (script.contains(u"commit -qm"))
            QCOMPARE(git(repository, {u"log"_s, u"-1"_s, u"--format=%s"_s, u"switchyard/task"_s}), "message");
    }

    void gitInPlace()
    {
        const auto repository = m_root.path(u"in-place"_s);
        QVERIFY(QDir().mkpath(repository));
        git(repository, {u"init"_s, u"-q"_s, u"-b"_s, u"main"_s});
        writeFile(repository + u"/file"_s, "one\n");
        git(repository, {u"add"_s, u"."_s});
        git(repository, {u"commit"_s, u"-qm"_s, u"c"_s});
        git(repository, {u"branch"_s, u"keep"_s});
        SandboxPolicy rules;
        rules.worktree = repository;
        rules.gitFolder = repository + u"/.git"_s;
        rules.branch = u"main"_s;
        auto outcome = runInside(u"echo 2 > file && git -c user.name=T -c user.email=t@t commit -qam second"_s, rules);
        QVERIFY2(outcome.code == 0, outcome.output.constData());
        for (const auto& script : {u"echo x > .git/hooks/post-commit"_s, u"git config a.b c"_s, u"git branch -D keep"_s,
                                   u"git update-ref refs/heads/keep HEAD"_s, u"rm -rf .git/hooks"_s}) {
            outcome = runInside(script, rules);
            QVERIFY2(outcome.code != 0, qPrintable(script));
        }
        QCOMPARE(git(repository, {u"rev-list"_s, u"--count"_s, u"keep"_s}), "1");
        QCOMPARE(Sandbox::findTraces(rules), QStringList());
        runInside(u"echo /tmp/evil > .git/commondir"_s, rules);
        QCOMPARE(Sandbox::findTraces(rules).size(), 1);
    }

    void tracesAreFound_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("named"); // empty: nothing is wrong
        const auto own = u"$(git rev-parse --absolute-git-dir)"_s;
        QTest::newRow("a commit") << u"echo x > new && git add new && git commit -qm m"_s << QString();
        QTest::newRow("a branch left") << u"git checkout -q --detach"_s << QString();
        QTest::newRow("HEAD on another branch")
            << u"echo 'ref: refs/heads/main' > "_s + own + u"/HEAD"_s << u"HEAD names"_s;
        QTest::newRow("index elsewhere") << u"ln -sf /etc/passwd "_s + own + u"/index"_s
                                         << u"/index points elsewhere"_s;
        QTest::newRow("log elsewhere") << u"ln -sf /etc/passwd "_s + own + u"/logs/HEAD"_s << u"logs/HEAD points"_s;
        QTest::newRow("objects elsewhere")
            << u"rm -rf %1/.git/objects/00; ln -s /tmp %1/.git/objects/00"_s << u"objects/00 points"_s;
        QTest::newRow("branch elsewhere")
            << u"ln -sf /etc/passwd %1/.git/refs/heads/switchyard/task"_s << u"switchyard/task points"_s;
        QTest::newRow("settings of its own")
            << u"echo '[core]' > "_s + own + u"/config.worktree"_s << u"config.worktree holds"_s;
    }
    void tracesAreFound()
    {
        QFETCH(QString, script);
        QFETCH(QString, named);
        static int number = 0;
        const auto base = m_root.path(u"traces%1"_s.arg(++number));
        const auto repository = base + u"/project"_s;
        QVERIFY(QDir().mkpath(repository));
        git(repository, {u"init"_s, u"-q"_s, u"-b"_s, u"main"_s});
        writeFile(repository + u"/file"_s, "one\n");
        git(repository, {u"add"_s, u"."_s});
        git(repository, {u"commit"_s, u"-qm"_s, u"c"_s});
        git(repository, {u"worktree"_s, u"add"_s, u"-q"_s, u"-b"_s, u"switchyard/task"_s, base + u"/task"_s});
        git(repository, {u"branch"_s, u"switchyard/kept"_s});
        SandboxPolicy rules;
        rules.worktree = base + u"/task"_s;
        rules.gitFolder = repository + u"/.git"_s;
        rules.branch = u"switchyard/task"_s;
        const auto neighbours = Sandbox::neighbours(rules);
        QCOMPARE(neighbours.keys(), QStringList(u"switchyard/kept"_s));
        auto text = script;
        text.replace(u"%1"_s, repository);
        const auto outcome = runInside(
            u"export GIT_AUTHOR_NAME=T GIT_AUTHOR_EMAIL=t@t GIT_COMMITTER_NAME=T GIT_COMMITTER_EMAIL=t@t; "_s + text,
            rules);
        QVERIFY2(outcome.code == 0, outcome.output.constData());
        const auto traces = Sandbox::findTraces(rules);
        QVERIFY2(traces.size() == (named.isEmpty() ? 0 : 1), qPrintable(traces.join(u'\n')));
        if (!named.isEmpty())
            QVERIFY2(traces[0].contains(named), qPrintable(traces[0]));
        QCOMPARE(Sandbox::neighbours(rules), neighbours);
    }

    void aForgedLinkOpensNothing_data()
    {
        QTest::addColumn<QByteArray>("link");
        QTest::newRow("another task's") << QByteArray("gitdir: %1/project/.git/worktrees/other\n");
        QTest::newRow("elsewhere") << QByteArray("gitdir: /etc\n");
        QTest::newRow("climbing") << QByteArray("gitdir: %1/project/.git/worktrees/task/../../hooks\n");
        QTest::newRow("nothing") << QByteArray("hello\n");
    }
    void aForgedLinkOpensNothing()
    {
        QFETCH(QByteArray, link);
        static int number = 0;
        const auto base = m_root.path(u"forged%1"_s.arg(++number));
        for (const auto& name : {u"task"_s, u"other"_s}) {
            const auto own = base + u"/project/.git/worktrees/"_s + name;
            QVERIFY(QDir().mkpath(own) && QDir().mkpath(base + u'/' + name));
            writeFile(own + u"/gitdir"_s, QFile::encodeName(base + u'/' + name + u"/.git\n"_s));
            writeFile(base + u'/' + name + u"/.git"_s, QFile::encodeName(u"gitdir: "_s + own + u'\n'));
        }
        QVERIFY(QDir().mkpath(base + u"/project/.git/hooks"_s));
        SandboxPolicy rules;
        rules.worktree = base + u"/task"_s;
        rules.gitFolder = base + u"/project/.git"_s;
        QVERIFY(Sandbox::wrap(shell(u"true"_s), rules));
        writeFile(base + u"/task/.git"_s, link.replace("%1", QFile::encodeName(base)));
        const auto wrapped = Sandbox::wrap(shell(u"true"_s), rules);
        QVERIFY(!wrapped);
        QCOMPARE(wrapped.error().code, ErrorCode::Invalid);
    }

    //! All of the above once more, without root's rights.
    void worksForAnOrdinaryUserToo()
    {
        if (geteuid() != 0)
            QSKIP("an ordinary user runs all of this already; as root it runs once more for another user");
        constexpr uid_t nobody = 65534;
        const auto home = m_root.path(u"nobody"_s);
        QVERIFY(QDir().mkpath(home) && chown(QFile::encodeName(home).constData(), nobody, nobody) == 0);
        QVERIFY(QFile::setPermissions(m_root.path(),
                                      QFile::permissions(m_root.path()) | QFile::ReadOther | QFile::ExeOther));
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"HOME"_s, home);
        environment.insert(u"TMPDIR"_s, home);
        const auto asNobody = [&](const QStringList& words) {
            auto process = std::make_unique<QProcess>();
            process->setProcessEnvironment(environment);
            process->setProcessChannelMode(QProcess::MergedChannels);
            process->start(u"setpriv"_s,
                           QStringList{u"--reuid=%1"_s.arg(nobody), u"--regid=%1"_s.arg(nobody), u"--clear-groups"_s} +
                               words);
            process->waitForFinished(300'000);
            return process;
        };
        const auto self = QCoreApplication::applicationFilePath();
        if (asNobody({u"test"_s, u"-x"_s, self})->exitCode() != 0)
            QSKIP("needs setpriv (of util-linux) and a build folder that other users may enter");
        const auto all = asNobody({self});
        QVERIFY2(all->exitStatus() == QProcess::NormalExit && all->exitCode() == 0, all->readAll().constData());
    }
};

QTEST_GUILESS_MAIN(TestSandbox)
#include "tst_sandbox.moc"
