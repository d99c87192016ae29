#include "gate/grants.h"

#include "git_support.h"
#include "support/test_support.h"

using namespace switchyard;
using namespace switchyard::gate;
using testing::await;
using testing::TestRoot;

//! What may be allowed beyond this once, and what a grant then covers: in a repository of the test's own.
class TestGrants : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void offers_data();
    void offers();
    void covers_data();
    void covers();
    void theSameCommandOnly();
    void ownFiles_data();
    void ownFiles();
    void onDisk();

private:
    void git(const QStringList& arguments) { testing::git(m_work, arguments); }
    Context context(const QString& below = {}) const
    {
        return {m_work + (below.isEmpty() ? QString() : u'/' + below), m_work, m_root.path(u"home"_s)};
    }
    Judgement judge(const QString& command, const Context& where) const { return await(m_gate->judge(command, where)); }
    Grant grant(const QString& scope, const QString& folder = {}) const
    {
        Grant grant;
        grant.id = u"12345678"_s;
        grant.scope = scope;
        grant.text = u"text"_s;
        grant.project = u"/p"_s;
        grant.task = TaskId::parse(u"a7f3c1"_s).value();
        grant.folder = folder;
        return grant;
    }
    GrantedUse use(const QString& command, const Context& where) const
    {
        return {command, where.cwd, u"task/a7f3c1"_s, TaskId::parse(u"a7f3c1"_s).value(), u"/p"_s};
    }

    TestRoot m_root;
    QString m_work;
    std::shared_ptr<const Gate> m_gate;
};

void TestGrants::initTestCase()
{
    m_gate = *Gate::load();
    m_work = QFileInfo(m_root.path()).canonicalFilePath() + u"/work"_s;
    QVERIFY(QDir().mkpath(m_work + u"/build/sub"_s) && QDir().mkpath(m_work + u"/src"_s) &&
            QDir().mkpath(m_work + u"/dist"_s));
    testing::writeFile(m_work + u"/.gitignore"_s, "*.o\nbuild/\n");
    testing::writeFile(m_work + u"/src/a.c"_s, "one\n");
    testing::writeFile(m_work + u"/src/cached.c"_s, "one\n");
    git({u"init"_s, u"-q"_s, u"-b"_s, u"main"_s});
    git({u"add"_s, u"."_s});
    git({u"commit"_s, u"-qm"_s, u"first"_s});
    git({u"rm"_s, u"-q"_s, u"--cached"_s, u"src/cached.c"_s});
    testing::writeFile(m_work + u"/src/new.c"_s, "new\n");
    testing::writeFile(m_work + u"/src/a.o"_s, "object\n");
    testing::writeFile(m_work + u"/build/x"_s, "x");
    testing::writeFile(m_work + u"/build/sub/y"_s, "y");
    QVERIFY(QFile::link(m_work + u"/src"_s, m_work + u"/build/link"_s));
    QVERIFY(QFile::link(m_work + u"/src"_s, m_work + u"/out"_s));
}

void TestGrants::offers_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<bool>("task");
    QTest::addColumn<QString>("folder");
    QTest::newRow("a folder") << u"rm -rf build"_s << true << u"build"_s;
    QTest::newRow("a file in it") << u"rm build/sub/y"_s << true << u"build/sub"_s;
    QTest::newRow("two files") << u"rm build/sub/y build/x"_s << true << u"build"_s;
    QTest::newRow("a pattern") << u"rm -f build/*"_s << true << u"build"_s;
    QTest::newRow("two commands") << u"rm build/x; rm -r build/sub"_s << true << u"build"_s;
    QTest::newRow("in two folders") << u"rm build/x src/new.c"_s << true << QString();
    QTest::newRow("at the top") << u"rm README"_s << true << QString();
    QTest::newRow("all") << u"rm -rf *"_s << true << QString();
    QTest::newRow("another command too") << u"rm -rf build; make"_s << true << u"build"_s;
    QTest::newRow("after cd") << u"cd build && rm x"_s << true << QString();
    QTest::newRow("back and forth") << u"rm build/../src/a.c"_s << true << QString();
    QTest::newRow("through a link") << u"rm build/link/a.c"_s << true << u"src"_s;
    QTest::newRow("the link") << u"rm build/link"_s << true << u"build"_s;
    QTest::newRow("what the link leads to") << u"rm -rf build/link/"_s << true << u"src"_s;
    QTest::newRow("a branch") << u"git branch -D x"_s << true << QString();
    QTest::newRow("git's own") << u"rm -rf .git/hooks"_s << false << QString();
    QTest::newRow("sudo") << u"sudo rm build/x"_s << false << QString();
    QTest::newRow("home") << u"rm -rf ~"_s << false << QString();
    QTest::newRow("unreadable") << u"$x build"_s << false << QString();
    QTest::newRow("safe") << u"ls"_s << false << QString();
}

void TestGrants::offers()
{
    QFETCH(QString, command);
    QFETCH(bool, task);
    QFETCH(QString, folder);
    const auto offered = grantOffers(judge(command, context()), context());
    QString folderOffered;
    bool taskOffered = false;
    for (const auto& offer : offered) {
        taskOffered = taskOffered || offer.scope == u"task";
        folderOffered += offer.folder;
        QVERIFY(!offer.text.isEmpty());
    }
    if (command != u"$x build") // what could not be read may at most be the same again
        QCOMPARE(taskOffered, task);
    QCOMPARE(folderOffered, folder);
}

void TestGrants::covers_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<bool>("covered");
    const auto add = [](const char* command, bool covered) {
        QTest::newRow(command) << QString::fromUtf8(command) << covered;
    };
    for (const auto* command :
         {"rm -rf build", "rm build/x", "rm -rf build/sub/", "rm -r -- build/sub build/x", "rmdir build/sub",
          "/bin/rm -f build/x", "rm -f build/*", "rm build/link", "rm -f ./build/x", "rm build/x; rm build/y",
          "rm build/x; ls", "rm -rf build && mkdir build && cd build && touch z"})
        add(command, true);
    for (const auto* command : {"rm -rf src",
                                "rm -rf build src",
                                "rm build/../src/a.c",
                                "rm build/link/a.c",
                                "rm -rf build/link/",
                                "rm -rf build/link/.",
                                "rm -rf builds",
                                "rm -rf build*",
                                "rm -rf \"$x\"",
                                "rm -rf build/$x",
                                "rm -rf build/{x,../src}",
                                "cd build && rm -rf x",
                                "cd src; rm -rf build",
                                "rm build/x && git push --force",
                                "sudo rm build/x",
                                "X=1 rm build/x; git clean -fd",
                                "find build -delete",
                                "rm -rf build/.*",
                                "rm -rf build/*/../../src",
                                "bash -c 'rm build/x'; rm -rf src",
                                "rm ~/build/x",
                                "PATH=. rm build/x",
                                "alias rm=x; rm build/x",
                                "rm() { :; }; rm build/x",
                                "shred build/x",
                                "rm build/x > /etc/passwd",
                                "ln -s ../src build/z; rm -rf build/z/",
                                "xargs rm build/x",
                                "rm build/x & mv src build",
                                "rm -rf build/nowhere/../../src",
                                "rm -rf .",
                                "rm -rf /build",
                                "mkdir build; rm -rf build/x",
                                "ls; rm build/x",
                                "rm build/x | mv src build",
                                "rm build/x & ls",
                                "for i in 1 2; do rm build/x; done; ls",
                                "{ rm build/x; ls; }",
                                "rm build/x; f() { ls; }; f",
                                "rm build/x; cd src; rm -rf build",
                                "ls && rm build/x",
                                "rm build/x || ls; rm build/y"})
        add(command, false);
}

void TestGrants::covers()
{
    QFETCH(QString, command);
    QFETCH(bool, covered);
    const auto judgement = judge(command, context());
    QCOMPARE(judgement.verdict, Verdict::Confirm);
    const QList<Grant> grants{grant(u"folder"_s, u"build"_s)};
    QCOMPARE(findGrant(grants, judgement, context(), use(command, context())).has_value(), covered);
    auto elsewhere = use(command, context());
    elsewhere.project = u"/q"_s;
    QVERIFY(!findGrant(grants, judgement, context(), elsewhere));
    auto wide = grant(u"folder"_s, u".."_s);
    QVERIFY(!findGrant({wide}, judgement, context(), use(command, context())));
    wide.folder = u"."_s;
    QVERIFY(!findGrant({wide}, judgement, context(), use(command, context())));
}

void TestGrants::theSameCommandOnly()
{
    const auto command = u"rm src/new.c && make"_s;
    const auto judgement = judge(command, context());
    const auto given = use(command, context());
    auto same = grant(u"task"_s);
    same.command = command;
    same.cwd = given.cwd;
    same.branch = given.branch;
    same.reasons = judgement.reasons;
    QVERIFY(findGrant({same}, judgement, context(), given));
    const auto differs = [&](auto change) {
        auto other = given;
        change(other);
        return !findGrant({same}, judgement, context(), other);
    };
    QVERIFY(differs([](GrantedUse& other) { other.command += u' '; }));
    QVERIFY(differs([](GrantedUse& other) { other.cwd += u"/src"; }));
    QVERIFY(differs([](GrantedUse& other) { other.branch = u"main"_s; }));
    QVERIFY(differs([](GrantedUse& other) { other.task = TaskId::parse(u"a7f3c2"_s).value(); }));
    auto reasons = judgement;
    reasons.reasons << u"does something else, too"_s;
    QVERIFY(!findGrant({same}, reasons, context(), given));
    auto floor = judgement;
    floor.floor = true;
    QVERIFY(!findGrant({same}, floor, context(), given));
}

void TestGrants::ownFiles_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<bool>("own");
    const auto add = [](const char* command, bool own) { QTest::newRow(command) << QString::fromUtf8(command) << own; };
    for (const auto* command : {"rm src/new.c", "rm src/a.o", "rm -rf build", "rm -rf build/*", "rmdir dist",
                                "rm -rf /tmp/work.1", "rm gone.txt", "rm out"})
        add(command, true);
    for (const auto* command :
         {"rm src/a.c", "rm -rf src", "rm src/*", "rm src/cached.c", "rm .gitignore", "rm -rf .", "rm -rf *",
          "rm -rf .git", "rm out/a.c", "rm -rf out/", "rm -rf /tmp/work.1/x", "rm -rf /tmp/work.1/", "rm -rf /tmp/*",
          "rm -rf /tmp", "rm ../x", "rm -rf ~/x", "git clean -fdx", "rm \"$x\"", "find . -delete"})
        add(command, false);
}

void TestGrants::ownFiles()
{
    QFETCH(QString, command);
    QFETCH(bool, own);
    const auto judgement = judge(command, context());
    QCOMPARE(judgement.verdict, Verdict::Confirm); // without that rule it asks
    QCOMPARE(deletesOnlyOwnFiles(judgement, context(), true), own);
    if (command.contains(u"/tmp"))
        QVERIFY(!deletesOnlyOwnFiles(judgement, context(), false));
}

void TestGrants::onDisk()
{
    const auto file = m_root.path(u"grants.json"_s);
    QVERIFY(readGrants(file)->isEmpty());
    auto same = grant(u"task"_s);
    same.command = u"rm x"_s;
    same.cwd = u"/w"_s;
    same.branch = u"b"_s;
    same.reasons = {u"deletes a file"_s};
    const QList<Grant> grants{grant(u"folder"_s, u"build"_s), same};
    QVERIFY(writeGrants(file, grants));
    QCOMPARE(*readGrants(file), grants);
    QCOMPARE(QFile::permissions(file) & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther),
             QFile::Permissions());
    for (const auto* damaged : {"", "{", "[]", R"({"v":2,"grants":[]})", R"({"v":1,"grants":[{"id":"x"}]})"}) {
        testing::writeFile(file, damaged);
        QVERIFY2(!readGrants(file), damaged);
    }
}

QTEST_GUILESS_MAIN(TestGrants)
#include "tst_grants.moc"
