#include "fakes/fake_engine.h"
#include "support/test_support.h"
#include "support/widget_support.h"
#include "ui/settings/projects_page.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTreeWidget>

using namespace switchyard;
using namespace switchyard::testing;

//! The page "Projects" against an engine in memory, with a swy that is a script.
class TestProjectsPage : public QObject
{
    Q_OBJECT

    struct Stage {
        TestRoot root;
        FakeEngine engine{root.paths};
        client::EngineClient client{root.paths,
                                    {.startEngine = false, .engineProgram = root.path(u"swy"_s), .name = u"test"_s}};
        client::TaskFeed feed{client};
        std::unique_ptr<ui::ProjectsPage> page;
        QStringList offered;

        Stage()
        {
            writeFile(root.path(u"swy"_s), "#!/bin/sh\ncat \"$(dirname \"$0\")/rules\"\n");
            QFile::setPermissions(root.path(u"swy"_s), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
            rules({});
        }
        void rules(const QJsonArray& projects) const
        {
            writeFile(root.path(u"rules"_s), QJsonDocument(QJsonObject{{u"projects"_s, projects}}).toJson());
        }
        TaskId task(const QString& project)
        {
            TaskSpec spec;
            spec.goal = u"Something"_s;
            spec.agent = u"builtin"_s;
            spec.project = project;
            return engine.add(spec);
        }
        void open(const QStringList& known)
        {
            offered = known;
            if (!engine.listen() || !await(client.connectToEngine()) || !await(feed.start()))
                qFatal("no engine");
            page = std::make_unique<ui::ProjectsPage>(client, feed, known, ui::ProjectsPage::Limits{});
            QObject::connect(page.get(), &ui::ProjectsPage::offeredChanged, page.get(),
                             [this](const QStringList& now) { offered = now; });
            page->resize(640, 480);
            page->show();
        }
        template <typename T>
        T* find(const char* name) const
        {
            return testing::findWidget<T>(*page, name);
        }
        QTreeWidget* list() const { return find<QTreeWidget>("projectList"); }
        QString cell(int row, int column) const
        {
            const auto* const item = list()->topLevelItem(row);
            return item ? item->text(column) : QString();
        }
        QString note() const { return find<QLabel>("projectsNote")->text(); }
        void press(const char* button) const { testing::press(*page, button); }
    };

private Q_SLOTS:
    void listsWhatIsOfferedAndWhatHasTasks()
    {
        Stage stage;
        stage.engine.setStatus(stage.task(u"/home/me/shop"_s), TaskStatus::Running);
        const auto done = stage.task(u"/home/me/shop"_s);
        stage.engine.setStatus(done, TaskStatus::Running);
        stage.engine.setStatus(done, TaskStatus::Completed);
        stage.task(u"/home/me/calc"_s);
        stage.rules({QJsonObject{{u"project"_s, u"/home/me/shop"_s}, {u"state"_s, u"waiting"_s}},
                     QJsonObject{{u"project"_s, u"/home/me/calc"_s}, {u"state"_s, u"none"_s}}});
        stage.engine.settings[u"slots"] = 5;
        stage.engine.settings[u"slots_per_project"] = 2;
        stage.open({u"/home/me/calc"_s});
        QTRY_COMPARE(stage.cell(1, 3), u"to be approved"_s);
        QTRY_COMPARE(stage.cell(1, 1), u"Git, main"_s);
        QCOMPARE(stage.list()->topLevelItemCount(), 2);
        QCOMPARE(stage.cell(0, 0), u"calc"_s);
        QCOMPARE(stage.cell(0, 2), u"1 queued, 1 in all"_s);
        QCOMPARE(stage.cell(0, 3), u"none"_s);
        QVERIFY(!stage.find<QPushButton>("projectRulesButton")->isEnabled()); // it brings none
        QCOMPARE(stage.cell(1, 0), u"shop"_s);
        QCOMPARE(stage.cell(1, 2), u"1 running, 2 in all"_s);
        QTRY_VERIFY(stage.find<QLabel>("projectLimit")->text().contains(u"at most 2 task"_s));
        QSignalSpy rules(stage.page.get(), &ui::ProjectsPage::rulesWanted);
        stage.list()->setCurrentItem(stage.list()->topLevelItem(1));
        QVERIFY(stage.find<QLabel>("projectFacts")->text().contains(u"/home/me/shop"_s));
        stage.press("projectRulesButton");
        QCOMPARE(rules.size(), 1);
        QCOMPARE(rules.first().first().toString(), u"/home/me/shop"_s);
    }
    void addsAFolderByItsName()
    {
        Stage stage;
        stage.open({u"/home/me/calc"_s});
        auto* const field = stage.find<QLineEdit>("newProjectField");
        QVERIFY(!stage.find<QPushButton>("addProjectButton")->isEnabled());
        QTest::keyClicks(field, u"shop"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY(stage.note().contains(u"“shop” is not the full name of a folder."_s));
        field->setText(u"~/shop/"_s);
        QTest::keyClick(field, Qt::Key_Return);
        const auto path = QDir::homePath() + u"/shop"_s;
        QTRY_COMPARE(stage.offered, (QStringList{path, u"/home/me/calc"_s}));
        QTRY_VERIFY(stage.note().contains(u"“shop” is on the list."_s));
        QCOMPARE(stage.cell(0, 0), u"shop"_s);
        QVERIFY(field->text().isEmpty());
        // once more changes nothing but the order
        field->setText(u"/home/me/calc"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_COMPARE(stage.offered, (QStringList{u"/home/me/calc"_s, path}));
    }
    void takesOneOffTheList()
    {
        Stage stage;
        stage.task(u"/home/me/calc"_s);
        stage.open({u"/home/me/calc"_s, u"/home/me/shop"_s});
        QTRY_COMPARE(stage.list()->topLevelItemCount(), 2);
        stage.list()->setCurrentItem(stage.list()->topLevelItem(1));
        stage.press("removeProjectButton");
        QCOMPARE(stage.offered, QStringList{u"/home/me/calc"_s});
        QCOMPARE(stage.list()->topLevelItemCount(), 1); // nothing else speaks for it
        stage.press("removeProjectButton");
        QCOMPARE(stage.offered, QStringList());
        QCOMPARE(stage.cell(0, 0), u"calc"_s); // it has a task
        QVERIFY(stage.find<QLabel>("projectFacts")->text().contains(u"not on the list"_s));
        stage.press("removeProjectButton"); // which puts it back now
        QCOMPARE(stage.offered, QStringList{u"/home/me/calc"_s});
    }
    void saysWhatCannotBeHad()
    {
        Stage stage;
        writeFile(stage.root.path(u"swy"_s), "#!/bin/sh\necho 'The rules are damaged.' >&2; exit 1\n");
        stage.open({u"/home/me/calc"_s});
        QTRY_VERIFY(stage.note().contains(u"The rules are damaged."_s));
        QTRY_COMPARE(stage.cell(0, 1), u"Git, main"_s);
    }
    void beginsEmpty()
    {
        Stage stage;
        stage.open({});
        QTRY_VERIFY(stage.note().isEmpty());
        QCOMPARE(stage.list()->topLevelItemCount(), 0);
        QVERIFY(!stage.find<QPushButton>("removeProjectButton")->isEnabled());
        QVERIFY(stage.find<QLabel>("projectFacts")->text().contains(u"no project yet"_s));
    }
};

QTEST_MAIN(TestProjectsPage)
#include "tst_projects_page.moc"
