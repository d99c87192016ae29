#include "gate/own_rules.h"
#include "gate/project_rules.h"
#include "support/test_support.h"

#include <QDir>
#include <QJsonArray>

using namespace switchyard;
using namespace switchyard::testing;
using namespace switchyard::gate;

//! The user's own rules, one at a time, and the approval of a project's.
class TestOwnRules : public QObject
{
    Q_OBJECT

    static QJsonObject rule(const QString& id, const QString& program, const QString& verdict = u"confirm"_s)
    {
        return {{u"id"_s, id},
                {u"program"_s, QJsonArray{program}},
                {u"verdict"_s, verdict},
                {u"category"_s, u"own"_s},
                {u"reason"_s, u"it costs money"_s}};
    }

private Q_SLOTS:
    void aRuleIsAddedChangedAndRemoved()
    {
        TestRoot root;
        const auto folder = root.path(u"rules.d"_s);
        QVERIFY(setOwnRule(folder, rule(u"own.a"_s, u"terraform"_s)));
        QVERIFY(setOwnRule(folder, rule(u"own.b"_s, u"pulumi"_s)));
        QVERIFY(setOwnRule(folder, rule(u"own.a"_s, u"tofu"_s, u"deny"_s)));
        auto own = readOwnRules(folder);
        QCOMPARE(own.rules.size(), 2);
        QVERIFY(own.problems.isEmpty());
        QCOMPARE(own.rules[0].json, rule(u"own.a"_s, u"tofu"_s, u"deny"_s));
        QCOMPARE(own.rules[0].file, folder + u"/own.json"_s);
        QVERIFY(removeOwnRule(folder, u"own.a"_s));
        own = readOwnRules(folder);
        QCOMPARE(own.rules.size(), 1);
        QCOMPARE(own.rules[0].json, rule(u"own.b"_s, u"pulumi"_s));
        const auto again = removeOwnRule(folder, u"own.a"_s);
        QVERIFY(!again);
        QCOMPARE(again.error().code, ErrorCode::NotFound);
    }

    void aRuleIsChangedInTheFileWhereItStands()
    {
        TestRoot root;
        const auto folder = root.path(u"rules.d"_s);
        QVERIFY(QDir().mkpath(folder));
        writeFile(folder + u"/work.json"_s,
                  R"({"note": "mine", "rules": [{"id": "x", "program": ["helm"], "reason": "r"}]})");
        QVERIFY(setOwnRule(folder, rule(u"x"_s, u"helmfile"_s)));
        const auto own = readOwnRules(folder);
        QCOMPARE(own.rules.size(), 1);
        QCOMPARE(own.rules[0].file, folder + u"/work.json"_s);
        QCOMPARE(own.rules[0].json, rule(u"x"_s, u"helmfile"_s));
        QVERIFY(readFile(folder + u"/work.json"_s).contains("mine"));
    }

    void whatIsNoRuleChangesNothing_data()
    {
        QTest::addColumn<QJsonObject>("wrong");
        QTest::newRow("no id") << rule({}, u"terraform"_s);
        QTest::newRow("a shell allowed") << rule(u"own.a"_s, u"bash"_s, u"safe"_s);
        QTest::newRow("no such verdict") << rule(u"own.a"_s, u"terraform"_s, u"maybe"_s);
        auto unknown = rule(u"own.a"_s, u"terraform"_s);
        unknown.insert(u"colour"_s, u"red"_s);
        QTest::newRow("no such field") << unknown;
    }
    void whatIsNoRuleChangesNothing()
    {
        QFETCH(QJsonObject, wrong);
        TestRoot root;
        const auto folder = root.path(u"rules.d"_s);
        QVERIFY(setOwnRule(folder, rule(u"own.a"_s, u"terraform"_s)));
        const auto before = readFile(folder + u"/own.json"_s);
        const auto refused = setOwnRule(folder, wrong);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Invalid);
        QCOMPARE(readFile(folder + u"/own.json"_s), before);
    }

    void aDamagedFileIsToldAndTheOthersAreRead()
    {
        TestRoot root;
        const auto folder = root.path(u"rules.d"_s);
        QVERIFY(setOwnRule(folder, rule(u"own.a"_s, u"terraform"_s)));
        writeFile(folder + u"/broken.json"_s, "{");
        const auto own = readOwnRules(folder);
        QCOMPARE(own.rules.size(), 1);
        QCOMPARE(own.problems.size(), 1);
        QCOMPARE(own.problems[0].file, folder + u"/broken.json"_s);
    }

    void whatWasApprovedCanBeSeenAndRevoked()
    {
        TestRoot root;
        const auto project = root.path(u"project"_s), record = root.path(u"approved.json"_s);
        const auto file = project + u"/.switchyard/rules.d/a.json"_s;
        QVERIFY(QDir().mkpath(project + u"/.switchyard/rules.d"_s));
        const QByteArray first = R"({"rules": [{"id": "p", "program": ["helm"], "reason": "r"}]})";
        writeFile(file, first);
        auto rules = readProjectRules(project);
        QVERIFY(rules && approve(*rules, record));
        QVERIFY(areApproved(*rules, record));
        QCOMPARE(approvedProjects(record), QStringList{rules->project});
        writeFile(file, QByteArray(first).replace("helm", "kubectl"));
        rules = readProjectRules(project);
        QVERIFY(rules && !areApproved(*rules, record));
        QCOMPARE(approvedTexts(project, record).value(u"a.json"_s), QString::fromUtf8(first));
        QVERIFY(revoke(project, record));
        QVERIFY(approvedProjects(record).isEmpty());
        const auto again = revoke(project, record);
        QVERIFY(!again);
        QCOMPARE(again.error().code, ErrorCode::NotFound);
    }

    void anApprovalWithoutTextsStillCounts()
    {
        TestRoot root;
        const auto project = root.path(u"project"_s), record = root.path(u"approved.json"_s);
        QVERIFY(QDir().mkpath(project + u"/.switchyard/rules.d"_s));
        writeFile(project + u"/.switchyard/rules.d/a.json"_s, R"({"rules": []})");
        const auto rules = readProjectRules(project);
        QVERIFY(rules);
        writeFile(record, R"({")" + rules->project.toUtf8() + R"(": ")" + rules->fingerprint.toUtf8() + R"("})");
        QVERIFY(areApproved(*rules, record));
    }
};

QTEST_GUILESS_MAIN(TestOwnRules)
#include "tst_own_rules.moc"
