#include "agent/agent_type.h"
#include "base/json.h"
#include "support/test_support.h"

using namespace switchyard;
using namespace switchyard::agent;

class TestAgentType : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void builtIn()
    {
        const auto types = loadAgentTypes(u"/nonexistent"_s);
        QVERIFY2(types, types ? "" : qUtf8Printable(types.error().message));
        QStringList names;
        for (const auto& type : *types) {
            names << type.name;
            QVERIFY(type.prompt.size() > 100);
            QVERIFY(!type.title.isEmpty() && !type.about.isEmpty());
            QCOMPARE(AgentType::fromJson(type.name, type.toJson()).value(), type);
        }
        QCOMPARE(names, (QStringList{u"code"_s, u"fixer"_s, u"reviewer"_s, u"documenter"_s}));
    }
    void whatTheyMayWrite_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("path");
        QTest::addColumn<bool>("may");
        const auto row = [](const char* type, const char* path, bool may) {
            QTest::addRow("%s %s", type, path) << QString::fromLatin1(type) << QString::fromLatin1(path) << may;
        };
        row("code", "src/a.cpp", true);
        row("fixer", "a", true);
        row("reviewer", "src/a.cpp", false);
        row("reviewer", "REVIEW.md", false);
        row("documenter", "docs/deep/down/x.html", true);
        row("documenter", "README.md", true);
        row("documenter", "src/README", true);
        row("documenter", "src/notes.md", true);
        row("documenter", "src/a.cpp", false);
        row("documenter", "mydocs/a.cpp", false);
        row("documenter", "src/a.md.cpp", false);
        row("", "src/a.cpp", true);
    }
    void whatTheyMayWrite()
    {
        QFETCH(QString, type);
        QFETCH(QString, path);
        const auto found = findAgentType({}, type);
        QVERIFY2(found, found ? "" : qUtf8Printable(found.error().message));
        QTEST(found->mayWrite(path), "may");
    }
    void usersOwn()
    {
        const testing::TestRoot root;
        const auto folder = root.paths.config + u"/agent-types"_s;
        QDir().mkpath(folder);
        testing::writeFile(folder + u"/translator.json"_s,
                           R"({"prompt": "Translate.", "gate": {"writes": ["*.ts"], "commands": "none"},
            "validation": {"run": "off", "changes": "required"}})");
        testing::writeFile(folder + u"/fixer.json"_s, R"({"prompt": "Mine."})");
        const auto type = findAgentType(folder, u"translator"_s).value();
        QVERIFY(!type.commands);
        QVERIFY(type.mayWrite(u"de.ts"_s) && !type.mayWrite(u"x/de.ts"_s));
        QCOMPARE(type.validation, AgentType::Run::Off);
        QCOMPARE(findAgentType(folder, u"fixer"_s)->prompt, u"Mine."_s);
        QCOMPARE(loadAgentTypes(folder)->size(), 5);
        const auto unknown = findAgentType(folder, u"painter"_s);
        QCOMPARE(unknown.error().code, ErrorCode::NotFound);
        QVERIFY(unknown.error().hint.contains(u"translator"_s) && unknown.error().hint.contains(u"reviewer"_s));
    }
    void wrongFiles_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("told");
        QTest::newRow("no prompt") << QByteArray("{}") << u"prompt"_s;
        QTest::newRow("commands") << QByteArray(R"({"prompt":"x","gate":{"commands":"all"}})") << u"commands"_s;
        QTest::newRow("validation") << QByteArray(R"({"prompt":"x","validation":{"run":"maybe"}})") << u"maybe"_s;
        QTest::newRow("changes") << QByteArray(R"({"prompt":"x","validation":{"changes":3}})") << u"changes"_s;
        QTest::newRow("no JSON") << QByteArray("hello") << u"x.json"_s;
    }
    void wrongFiles()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, told);
        const testing::TestRoot root;
        QDir().mkpath(root.path(u"types"_s));
        testing::writeFile(root.path(u"types/x.json"_s), json);
        const auto types = loadAgentTypes(root.path(u"types"_s));
        QVERIFY(!types);
        QVERIFY2(types.error().message.contains(told), qUtf8Printable(types.error().message));
        QVERIFY(types.error().message.contains(u"x.json"_s));
    }
};

QTEST_GUILESS_MAIN(TestAgentType)
#include "tst_agent_type.moc"
