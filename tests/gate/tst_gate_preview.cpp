#include "gate/gate.h"

#include "git_support.h"
#include "support/test_support.h"

#include <QStandardPaths>

using namespace switchyard;
using namespace switchyard::gate;
using testing::await;
using testing::TestRoot;

//! What a command would touch, told before it runs: in a repository of the test's own.
class TestGatePreview : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void files_data();
    void files();
    void processes();
    void bounded();

private:
    void git(const QStringList& arguments) { testing::git(m_work, arguments); }
    QString preview(const QString& command)
    {
        const Context context{m_work, m_work, m_root.path(u"home"_s)};
        return previewImpact(await(m_gate->judge(command, context)), context).join(u'\n');
    }

    TestRoot m_root;
    QString m_work;
    std::shared_ptr<const Gate> m_gate;
};

void TestGatePreview::initTestCase()
{
    m_gate = *Gate::load();
    m_work = m_root.path(u"work"_s);
    QVERIFY(QDir().mkpath(m_work + u"/build/sub"_s) && QDir().mkpath(m_work + u"/src"_s));
    testing::writeFile(m_work + u"/.gitignore"_s, "*.o\n");
    testing::writeFile(m_work + u"/src/a.c"_s, "one\n");
    testing::writeFile(m_work + u"/src/b.c"_s, "two\n");
    git({u"init"_s, u"-q"_s, u"-b"_s, u"main"_s});
    git({u"add"_s, u"."_s});
    git({u"commit"_s, u"-qm"_s, u"first"_s});
    git({u"checkout"_s, u"-qb"_s, u"side"_s});
    testing::writeFile(m_work + u"/src/c.c"_s, "three\n");
    git({u"add"_s, u"."_s});
    git({u"commit"_s, u"-qm"_s, u"only on the side"_s});
    git({u"checkout"_s, u"-q"_s, u"main"_s});
    testing::writeFile(m_work + u"/src/a.c"_s, "changed\n");
    testing::writeFile(m_work + u"/src/new.c"_s, "new\n");
    testing::writeFile(m_work + u"/src/a.o"_s, "object\n");
    testing::writeFile(m_work + u"/build/sub/x.o"_s, "0123456789");
}

void TestGatePreview::files_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QStringList>("holds");
    const auto add = [](const char* name, const QString& command, const QStringList& holds) {
        QTest::newRow(name) << command << holds;
    };
    add("one file", u"rm src/b.c"_s, {u"the file src/b.c"_s, u"tracked"_s});
    add("a folder, by kinds", u"rm -rf src"_s, {u"4 files"_s, u"2 tracked"_s, u"1 untracked"_s, u"1 ignored"_s});
    add("a pattern", u"rm src/*.c"_s, {u"3 files"_s, u"2 tracked"_s, u"1 untracked"_s});
    add("after cd", u"cd build && rm -rf sub"_s, {u"1 file and 1 folder in sub"_s, u"10 bytes, ignored"_s});
    add("several commands", u"rm src/b.c; rm -r build"_s, {u"src/b.c"_s, u"in build"_s});
    add("behind a wrapper", u"timeout 5 rm src/b.c"_s, {u"src/b.c"_s});
    add("in a shell", u"bash -c 'rm src/b.c'"_s, {u"src/b.c"_s});
    add("nothing there", u"rm gone"_s, {u"gone: no such file"_s});
    add("only known when it runs", u"rm \"$x\""_s, {u"only known when it runs"_s});
    add("find", u"find src -name '*.o' -delete"_s, {u"some of 4 files"_s});
    add("git rm", u"git rm src/b.c"_s, {u"src/b.c"_s});
    add("reset", u"git reset --hard"_s, {u"1 tracked file"_s, u"src/a.c"_s});
    add("checkout of a folder", u"git checkout -- src"_s, {u"1 tracked file"_s, u"src/a.c"_s});
    add("checkout of another file", u"git checkout -- src/b.c"_s, {u"no changed file"_s});
    add("clean", u"git clean -fd"_s, {u"1 untracked file"_s, u"src/new.c"_s});
    add("clean, ignored too", u"git clean -fdx"_s, {u"1 untracked file"_s, u"2 ignored files"_s, u"build/sub/x.o"_s});
    add("a branch with commits of its own", u"git branch -D side"_s, {u"1 commit"_s, u"only on the side"_s});
    add("a branch without", u"git branch -D main"_s, {u"all commits of main"_s});
    add("reset to elsewhere", u"git reset --hard side"_s, {u"src/a.c"_s});
    add("stash", u"git stash drop"_s, {u"nothing is stashed"_s});
    add("push", u"git push --force"_s, {u"cannot be known"_s});
    add("tables", u"psql -c 'DROP TABLE IF EXISTS users; DELETE FROM log'"_s,
        {u"drops the table users"_s, u"deletes rows of the table log"_s});
}

void TestGatePreview::files()
{
    QFETCH(QString, command);
    QFETCH(QStringList, holds);
    const auto text = preview(command);
    for (const auto& part : holds)
        QVERIFY2(text.contains(part), qPrintable(part + u" is not in: "_s + text));
    QVERIFY(QFile::exists(m_work + u"/src/b.c"_s)); // it only looked
}

void TestGatePreview::processes()
{
    // A name of its own: others may be asleep here as well, and only some are listed.
    const auto name = u"doze-%1"_s.arg(QCoreApplication::applicationPid());
    QVERIFY(QFile::copy(QStandardPaths::findExecutable(u"sleep"_s), m_root.path(name)));
    QProcess sleeper;
    sleeper.start(m_root.path(name), {u"600"_s});
    QVERIFY(sleeper.waitForStarted());
    const auto pid = QString::number(sleeper.processId());
    QTRY_VERIFY2(preview(u"kill -9 "_s + pid).contains(pid + u" ("_s + name), qPrintable(preview(u"kill -9 "_s + pid)));
    QVERIFY2(preview(u"pkill "_s + name).contains(pid), qPrintable(preview(u"pkill "_s + name)));
    QCOMPARE(preview(u"pkill no-such-program-here"_s), u"no such process runs now"_s);
    sleeper.kill();
    sleeper.waitForFinished();
}

// Much to count: what there was time for, and that it is not all.
void TestGatePreview::bounded()
{
    const Context context{u"/"_s, u"/"_s, u"/"_s};
    const auto judgement = await(m_gate->judge(u"rm -rf /proc /sys /usr /var /lib /etc /tmp"_s, context));
    QElapsedTimer timer;
    timer.start();
    const auto lines = previewImpact(judgement, context);
    QVERIFY(!lines.isEmpty());
    QVERIFY2(timer.elapsed() < 20'000, "the count ends by itself");
}

QTEST_GUILESS_MAIN(TestGatePreview)
#include "tst_gate_preview.moc"
