#include "model/task_template.h"

#include <QTest>

using namespace switchyard;

class TestTaskTemplate : public QObject
{
    Q_OBJECT

    static QJsonObject json()
    {
        return {{u"name"_s, u"fix-it"_s},
                {u"goal"_s, u"Mend {{ what }} in {{where}}, {{what}} only."_s},
                {u"parameters"_s, QJsonArray{QJsonObject{{u"name"_s, u"what"_s}},
                                             QJsonObject{{u"name"_s, u"where"_s},
                                                         {u"default"_s, u"src"_s},
                                                         {u"choices"_s, QJsonArray{u"src"_s, u"tests"_s}}}}},
                {u"spec"_s,
                 QJsonObject{{u"agent_type"_s, u"fixer"_s}, {u"limits"_s, QJsonObject{{u"run_time_ms"_s, 60'000}}}}}};
    }

private Q_SLOTS:
    void fillsPlaceholders()
    {
        const auto made = TaskTemplate::fromJson(json());
        QVERIFY(made);
        TaskSpec base;
        base.project = u"/p"_s;
        base.limits.iterations = 7;
        const auto spec = made->fill({{u"what"_s, u"the {{where}} test"_s}}, base);
        QVERIFY(spec);
        // A value is text: placeholders in it stay as they are.
        QCOMPARE(spec->goal, u"Mend the {{where}} test in src, the {{where}} test only."_s);
        QCOMPARE(spec->agentType, u"fixer"_s);
        QCOMPARE(spec->project, u"/p"_s);
        QCOMPARE(spec->limits.runTime, milliseconds(60'000));
        QCOMPARE(spec->limits.iterations, 7); // what the template does not say stays
        QCOMPARE(TaskTemplate::fromJson(made->toJson()).value(), *made);
        QCOMPARE(made->preview({}), u"Mend {{ what }} in src, {{what}} only."_s);
    }

    void namesWhatIsWrong_data()
    {
        QTest::addColumn<QMap<QString, QString>>("values");
        QTest::addColumn<QString>("named");
        QTest::newRow("missing") << QMap<QString, QString>{} << u"what"_s;
        QTest::newRow("blank") << QMap<QString, QString>{{u"what"_s, u"  "_s}} << u"what"_s;
        QTest::newRow("unknown") << QMap<QString, QString>{{u"what"_s, u"x"_s}, {u"speed"_s, u"1"_s}} << u"speed"_s;
        QTest::newRow("choice") << QMap<QString, QString>{{u"what"_s, u"x"_s}, {u"where"_s, u"docs"_s}} << u"docs"_s;
    }
    void namesWhatIsWrong()
    {
        using Values = QMap<QString, QString>;
        QFETCH(const Values, values);
        QFETCH(const QString, named);
        const auto spec = TaskTemplate::fromJson(json())->fill(values, {});
        QVERIFY(!spec);
        QCOMPARE(spec.error().code, ErrorCode::Invalid);
        QVERIFY2(spec.error().message.contains(named), qPrintable(spec.error().message));
        QVERIFY(!spec.error().hint.isEmpty());
    }

    void refusesTemplatesThatCannotWork_data()
    {
        QTest::addColumn<QJsonObject>("change");
        QTest::newRow("placeholder without parameter") << QJsonObject{{u"goal"_s, u"{{what}} {{where}} {{when}}"_s}};
        QTest::newRow("parameter without placeholder") << QJsonObject{{u"goal"_s, u"{{what}}"_s}};
        QTest::newRow("name with a slash") << QJsonObject{{u"name"_s, u"../x"_s}};
        QTest::newRow("no goal") << QJsonObject{{u"goal"_s, QJsonValue()}};
        QTest::newRow("default that is no choice")
            << QJsonObject{{u"parameters"_s, QJsonArray{QJsonObject{{u"name"_s, u"what"_s}},
                                                        QJsonObject{{u"name"_s, u"where"_s},
                                                                    {u"default"_s, u"x"_s},
                                                                    {u"choices"_s, QJsonArray{u"y"_s}}}}}};
    }
    void refusesTemplatesThatCannotWork()
    {
        QFETCH(const QJsonObject, change);
        auto wrong = json();
        for (auto field = change.begin(); field != change.end(); ++field)
            wrong[field.key()] = field.value();
        QVERIFY(!TaskTemplate::fromJson(wrong));
    }
};

QTEST_GUILESS_MAIN(TestTaskTemplate)
#include "tst_task_template.moc"
