#include "client/template_store.h"
#include "support/test_support.h"

#include <QDir>

using namespace switchyard;
using switchyard::testing::TestRoot;
using switchyard::testing::writeFile;

class TestTemplates : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void builtInOnesAreSound()
    {
        TestRoot root;
        const auto list = client::loadTemplates(root.paths);
        QVERIFY2(list.problems.isEmpty(), list.problems.isEmpty() ? "" : qPrintable(list.problems.first().message));
        QVERIFY(list.templates.size() >= 5);
        QStringList triggers;
        for (const auto& one : list.templates) {
            QVERIFY(one.builtIn);
            QVERIFY(!one.description.isEmpty());
            triggers += one.triggers;
            QMap<QString, QString> values;
            for (const auto& parameter : one.parameters) {
                QVERIFY2(!parameter.description.isEmpty(), qPrintable(one.name));
                values[parameter.name] = parameter.choices.isEmpty() ? u"something"_s : parameter.choices.first();
            }
            TaskSpec base;
            base.project = u"/p"_s;
            base.agent = u"builtin"_s;
            const auto spec = one.fill(values, base);
            QVERIFY2(spec, spec ? "" : qPrintable(spec.error().message));
            QVERIFY2(spec->validate(), qPrintable(one.name));
            QVERIFY(!spec->goal.contains(u"{{"_s));
        }
        QVERIFY(!triggers.contains(QString()));
        QCOMPARE(QSet<QString>(triggers.begin(), triggers.end()).size(), triggers.size());
        QCOMPARE(client::findTemplate(list.templates, u"FixTest"_s)->name, u"fix-failing-test"_s);
        QVERIFY(!client::findTemplate(list.templates, u"nothing"_s));
    }

    void aUsersOwnReplacesABuiltInOne()
    {
        TestRoot root;
        QVERIFY(client::saveTemplate(root.paths, {.name = u"crud-api"_s, .title = u"Ours"_s, .goal = u"Do it"_s}));
        QVERIFY(client::saveTemplate(root.paths, {.name = u"mine"_s, .title = u"Mine"_s, .goal = u"Do that"_s}));
        QVERIFY(!client::saveTemplate(root.paths, {.name = u"../mine"_s, .goal = u"Do that"_s}));
        writeFile(root.paths.config + u"/templates/broken.json"_s, "{ not json");
        const auto list = client::loadTemplates(root.paths);
        QCOMPARE(list.problems.size(), 1);
        QVERIFY(list.problems.first().message.contains(u"broken.json"_s));
        QCOMPARE(client::findTemplate(list.templates, u"crud-api"_s)->title, u"Ours"_s);
        QVERIFY(!client::findTemplate(list.templates, u"mine"_s)->builtIn);
    }
};

QTEST_GUILESS_MAIN(TestTemplates)
#include "tst_templates.moc"
