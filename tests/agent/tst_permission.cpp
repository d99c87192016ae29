#include "agent/permission.h"
#include "support/test_support.h"

using namespace switchyard;
using namespace switchyard::agent;

namespace {
QJsonObject object(const char* json)
{
    const auto document = QJsonDocument::fromJson(json);
    if (!document.isObject())
        qFatal("no JSON: %s", json);
    return document.object();
}
const char* const claudeOptions =
    R"([{"optionId":"allow-once","kind":"allow_once"},{"optionId":"w","kind":"allow_always"},
                                      {"optionId":"reject","kind":"reject_once"}])";
const char* const geminiOptions = R"([{"optionId":"proceed_always","kind":"allow_always"},
                                      {"optionId":"proceed_once","kind":"allow_once"},{"optionId":"cancel","kind":"reject_once"}])";
const char* const misleadingIds =
    R"([{"optionId":"allow_once","kind":"allow_always"},{"optionId":"reject","kind":"allow_once"},
                                      {"optionId":"allow","kind":"reject_once"}])";
} // namespace

class TestPermission : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void command_data()
    {
        QTest::addColumn<QByteArray>("ask");
        QTest::addColumn<QByteArray>("known");
        QTest::addColumn<QString>("command");
        QTest::addColumn<QStringList>("paths");
        const QByteArray none("{}");
        QTest::newRow("claude, opencode: text")
            << QByteArray(R"({"title":"Remove it","kind":"execute","rawInput":{"command":"rm a"},
            "locations":[{"path":"/w/a"}]})")
            << none << u"rm a"_s << QStringList{u"/w/a"_s};
        QTest::newRow("list of words") << QByteArray(
                                              R"({"title":"t","rawInput":{"command":["bash","-lc","rm 'x y'"]}})")
                                       << none << u"bash -lc 'rm '\\''x y'\\'''"_s << QStringList();
        QTest::newRow("command and arguments")
            << QByteArray(R"({"title":"t","rawInput":{"command":"rm","args":["-rf","a b"]}})") << none
            << u"rm -rf 'a b'"_s << QStringList();
        QTest::newRow("cmd") << QByteArray(R"({"title":"List files","kind":"read","rawInput":{"cmd":"ls | xargs rm"}})")
                             << none << u"ls | xargs rm"_s << QStringList();
        QTest::newRow("gemini: only the title")
            << QByteArray(R"({"title":"rm old_file.py","kind":"execute","locations":[]})") << none
            << u"rm old_file.py"_s << QStringList();
        QTest::newRow("execute with places: the title")
            << QByteArray(R"({"title":"rm b","kind":"execute","locations":[{"path":"b"}]})") << none << u"rm b"_s
            << QStringList{u"/w/b"_s};
        QTest::newRow("a harmless kind without places: the title")
            << QByteArray(R"({"title":"rm -rf /","kind":"read"})") << none << u"rm -rf /"_s << QStringList();
        QTest::newRow("edit") << QByteArray(
                                     R"({"title":"Write calc.py","kind":"edit","rawInput":{"file_path":"/w/calc.py"},
            "content":[{"type":"diff","path":"/w/calc.py","newText":"x"}]})")
                              << none << QString() << QStringList{u"/w/calc.py"_s};
        QTest::newRow("places out of the folder are not hidden")
            << QByteArray(R"({"title":"e","kind":"edit","locations":[
            {"path":"../etc/x"}]})")
            << none << QString() << QStringList{u"/etc/x"_s};
        QTest::newRow("told earlier") << QByteArray(R"({"toolCallId":"1"})")
                                      << QByteArray(R"({"toolCallId":"1","title":"Terminal",
            "kind":"execute","rawInput":{"command":"rm q"}})")
                                      << u"rm q"_s << QStringList();
        QTest::newRow("an empty input hides nothing")
            << QByteArray(R"({"toolCallId":"1","rawInput":{}})")
            << QByteArray(R"({"toolCallId":"1","title":"T","rawInput":{"command":"rm q"}})") << u"rm q"_s
            << QStringList();
        QTest::newRow("the ask's own command wins")
            << QByteArray(R"({"toolCallId":"1","rawInput":{"command":"rm new"}})")
            << QByteArray(R"({"toolCallId":"1","title":"T","rawInput":{"command":"ls"}})") << u"rm new"_s
            << QStringList();
        QTest::newRow("codex: the diff is in the earlier call")
            << QByteArray(R"({"toolCallId":"1","title":"Edit files","kind":"edit",
            "locations":[{"path":"/w/a"}]})")
            << QByteArray(R"({"toolCallId":"1","content":[{"type":"diff","path":"/w/b"}]})") << QString()
            << QStringList{u"/w/a"_s, u"/w/b"_s};
        QTest::newRow("files deleted by a tool")
            << QByteArray(R"({"title":"Delete","kind":"delete","locations":[{"path":"/w/a b"}]})") << none
            << u"rm -- '/w/a b'"_s << QStringList{u"/w/a b"_s};
    }
    void command()
    {
        QFETCH(QByteArray, ask);
        QFETCH(QByteArray, known);
        QFETCH(QString, command);
        QFETCH(QStringList, paths);
        const auto request = permissionRequest(object(ask), object(known), u"/w"_s);
        QCOMPARE(request.command, command);
        QCOMPARE(request.paths, paths);
        QCOMPARE(request.cwd, u"/w"_s);
    }
    void workingFolder()
    {
        QCOMPARE(permissionRequest(object(R"({"rawInput":{"command":"x","cwd":"sub"}})"), {}, u"/w"_s).cwd,
                 u"/w/sub"_s);
        QCOMPARE(permissionRequest(object(R"({"rawInput":{"command":"x","cwd":"/o"}})"), {}, u"/w"_s).cwd, u"/o"_s);
    }

    void option_data()
    {
        QTest::addColumn<int>("answer");
        QTest::addColumn<QByteArray>("options");
        QTest::addColumn<QString>("id"); // empty: cancelled
        QTest::addColumn<bool>("problem");
        const auto row = [](const char* name, PermissionAnswer answer, const char* options, const QString& id,
                            bool problem) {
            QTest::newRow(name) << int(answer) << QByteArray(options) << id << problem;
        };
        using enum PermissionAnswer;
        row("allow", Allow, claudeOptions, u"allow-once"_s, false);
        row("reject", Reject, claudeOptions, u"reject"_s, false);
        row("cancelled", Cancelled, claudeOptions, {}, false);
        row("never by place", Allow, geminiOptions, u"proceed_once"_s, false);
        row("never by name", Allow, misleadingIds, u"reject"_s, false);
        row("never by name either", Reject, misleadingIds, u"allow"_s, false);
        row("always is no way to allow", Allow,
            R"([{"optionId":"a","kind":"allow_always"},{"optionId":"r","kind":"reject_once"}])", u"r"_s, true);
        row("always is no way to refuse", Reject, R"([{"optionId":"r","kind":"reject_always"}])", {}, true);
        row("nothing offered", Allow, "[]", {}, true);
        row("rubbish offered", Allow, R"([1, {"kind":"allow_once"}, {"kind":"allow_once","optionId":7}])", {}, true);
    }
    void option()
    {
        QFETCH(int, answer);
        QFETCH(QByteArray, options);
        QFETCH(QString, id);
        QFETCH(bool, problem);
        const auto outcome = permissionOutcome(PermissionAnswer(answer), QJsonDocument::fromJson(options).array());
        QCOMPARE(outcome.result[u"outcome"][u"outcome"].toString(), id.isEmpty() ? u"cancelled"_s : u"selected"_s);
        QCOMPARE(outcome.result[u"outcome"][u"optionId"].toString(), id);
        QCOMPARE(!outcome.problem.isEmpty(), problem);
    }
};

QTEST_GUILESS_MAIN(TestPermission)
#include "tst_permission.moc"
