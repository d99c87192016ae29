#include "scene.h"
#include "support/test_support.h"
#include "ui/dashboard/bar_list.h"
#include "ui/dashboard/dashboard_page.h"
#include "ui/dashboard/day_chart.h"

#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>

using namespace switchyard;

namespace {

struct Stage {
    testing::TestRoot root;
    testing::FakeEngine engine{root.paths};
    client::EngineClient client{root.paths, {.startEngine = false, .engineProgram = {}, .name = u"test"_s}};
    std::unique_ptr<ui::DashboardPage> page;

    explicit Stage(const Statistics& statistics)
    {
        engine.statistics = statistics;
        if (!engine.listen())
            qFatal("the fake engine cannot listen");
        page = std::make_unique<ui::DashboardPage>(client);
        page->resize(1000, 700);
        page->show();
        client.keepConnected();
    }
    template <typename T>
    T* find(const char* name) const
    {
        auto* const found = page->findChild<T*>(QLatin1StringView(name));
        if (!found)
            qFatal("no %s", name);
        return found;
    }
};

QString textOf(const QString& file)
{
    return QString::fromUtf8(testing::readFile(file));
}

} // namespace

class TestDashboard : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void showsWhatWasCounted()
    {
        const auto sample = testing::sampleStatistics(QDate(2026, 6, 10));
        Stage stage(sample);
        QTRY_COMPARE(stage.find<QLabel>("runningFigure")->text(), u"3"_s);
        QCOMPARE(stage.find<QLabel>("monthFigure")->text(), u"$41.80"_s);
        QVERIFY(stage.find<QLabel>("monthFigureNote")->text().contains(u"$61.35"_s));
        QVERIFY(stage.find<QLabel>("todayFigureNote")->text().contains(u"$5.00"_s));
        const auto rate = qRound(sample.runs.successRate() * 100);
        QCOMPARE(stage.find<QLabel>("successFigure")->text(), u"%1 %"_s.arg(rate));
        const auto tools = stage.find<ui::BarList>("toolsChart")->rows();
        QCOMPARE(tools.size(), 1 + sample.tools.size());
        QCOMPARE(tools.at(2).mid(0, 3), (QStringList{u"execute"_s, u"402"_s, u"61"_s}));
        // Screen readers get the figures in words.
        QVERIFY(stage.find<ui::BarList>("filesChart")->accessibleDescription().contains(u"expression.cpp"_s));
        QCOMPARE(stage.find<ui::DayChart>("costChart")->rows().size(), 31);
    }

    void asksForWhatWasChosen()
    {
        Stage stage(testing::sampleStatistics(QDate(2026, 6, 10)));
        auto* const project = stage.find<QComboBox>("dashboardProjectBox");
        QTRY_COMPARE(project->count(), 3);
        auto* const period = stage.find<QComboBox>("periodBox");
        period->setCurrentIndex(period->findData(0));
        project->setCurrentIndex(2);
        Q_EMIT project->activated(2);
        QTRY_COMPARE(stage.engine.last(u"stats.get"_s)->params[u"project"].toString(), u"/home/me/shop"_s);
        QCOMPARE(stage.engine.last(u"stats.get"_s)->params[u"from"].toInteger(), 0);
        QCOMPARE(project->currentIndex(), 2); // the answer does not change what was chosen
    }

    void saysWhyThereIsNothing()
    {
        Stage stage({});
        stage.engine.failing.insert(u"stats.get"_s, Error{ErrorCode::Io, u"the disk is gone"_s, {}});
        QTRY_VERIFY(stage.find<QLabel>("dashboardState")->text().contains(u"the disk is gone"_s));
        stage.engine.failing.clear();
        stage.page->refresh();
        QTRY_VERIFY(stage.find<QLabel>("dashboardState")->text().isEmpty());
    }

    void keepsUpButNotTooEagerly()
    {
        Stage stage(testing::sampleStatistics(QDate(2026, 6, 10)));
        QTRY_VERIFY(stage.page->statistics().runningNow == 3);
        const int before = stage.engine.count(u"stats.get"_s);
        stage.engine.statistics.runningNow = 4;
        for (int i = 0; i < 100; ++i)
            stage.page->setStale();
        QTRY_COMPARE_WITH_TIMEOUT(stage.find<QLabel>("runningFigure")->text(), u"4"_s, 10'000);
        QCOMPARE(stage.engine.count(u"stats.get"_s), before + 1);
    }

    void savesTableAndPicture()
    {
        Stage stage(testing::sampleStatistics(QDate(2026, 6, 10)));
        QTRY_VERIFY(stage.page->statistics().runningNow == 3);
        QSignalSpy said(stage.page.get(), &ui::DashboardPage::said);
        const auto csv = stage.root.path() + u"/a.csv"_s, png = stage.root.path() + u"/a.png"_s;
        stage.page->save(stage.find<ui::BarList>("commandsChart"), false, csv);
        QTRY_COMPARE(said.count(), 1);
        const auto lines = textOf(csv).split(u"\r\n"_s);
        QCOMPARE(lines.first(), u"Command,Runs,Failures,Mean seconds,Longest seconds,Task"_s);
        QCOMPARE(lines.at(1), u"cargo test --workspace --all-features,31,6,96.000,214.000,b20e44"_s);
        stage.page->save(nullptr, true, png);
        QTRY_COMPARE(said.count(), 2);
        QVERIFY(QImage(png).width() > 1500);
        QSignalSpy failed(stage.page.get(), &ui::DashboardPage::failed);
        stage.page->save(nullptr, false, stage.root.path() + u"/not/there.csv"_s);
        QTRY_COMPARE(failed.count(), 1);
    }

    void walksAndOpensByKeyboard()
    {
        Stage stage(testing::sampleStatistics(QDate(2026, 6, 10)));
        QTRY_VERIFY(stage.page->statistics().runningNow == 3);
        QSignalSpy wanted(stage.page.get(), &ui::DashboardPage::taskWanted);
        auto* const commands = stage.find<ui::BarList>("commandsChart");
        QTest::keyClick(commands, Qt::Key_Down);
        QTest::keyClick(commands, Qt::Key_Down);
        QTest::keyClick(commands, Qt::Key_Return);
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted.first().first().value<TaskId>().toString(), u"a7f3c1"_s);
        QSignalSpy closed(stage.page.get(), &ui::DashboardPage::closed);
        QTest::keyClick(commands, Qt::Key_Escape);
        QCOMPARE(closed.count(), 1);
    }

    void csvIsQuotedAndHarmless_data()
    {
        QTest::addColumn<QStringList>("row");
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("plain") << QStringList{u"a"_s, u"-1.5"_s} << QByteArray("a,-1.5\r\n");
        QTest::newRow("quotes") << QStringList{u"say \"x\", twice\nhere"_s}
                                << QByteArray("\"say \"\"x\"\", twice\nhere\"\r\n");
        QTest::newRow("formula") << QStringList{u"=cmd()"_s, u"-rm"_s} << QByteArray("'=cmd(),'-rm\r\n");
        QTest::newRow("empty") << QStringList{} << QByteArray("\r\n");
    }
    void csvIsQuotedAndHarmless()
    {
        QFETCH(const QStringList, row);
        QTEST(ui::csvOf({row}), "line");
    }

    void axesEndOnRoundNumbers_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<bool>("whole");
        QTest::addColumn<double>("top");
        QTest::addColumn<double>("step");
        QTest::newRow("nothing") << 0.0 << false << 1.0 << 0.5;
        QTest::newRow("cents") << 0.07 << false << 0.08 << 0.02;
        QTest::newRow("dollars") << 4.8 << false << 6.0 << 2.0;
        QTest::newRow("one task") << 1.0 << true << 1.0 << 1.0;
        QTest::newRow("tasks") << 17.0 << true << 20.0 << 5.0;
        QTest::newRow("thousands") << 4000.0 << true << 4000.0 << 1000.0;
    }
    void axesEndOnRoundNumbers()
    {
        QFETCH(const double, value);
        QFETCH(const bool, whole);
        const auto [top, step] = ui::niceAxis(value, whole);
        QTEST(top, "top");
        QTEST(step, "step");
    }
};

QTEST_MAIN(TestDashboard)
#include "tst_dashboard.moc"
