#include "runner/acting_files.h"

#include "support/test_support.h"

#include <QDir>

using namespace switchyard;
using namespace switchyard::runner;
using namespace switchyard::testing;

class TestActingFiles : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<TestRoot> m_root;

private Q_SLOTS:
    void init()
    {
        m_root = std::make_unique<TestRoot>();
        QVERIFY(QDir().mkpath(m_root->path(u"hooks/deep"_s)));
        writeFile(m_root->path(u"hooks/deep/one"_s), "one");
        writeFile(m_root->path(u"settings.json"_s), "{}");
        writeFile(m_root->path(u"state.json"_s), R"({"starts": 1, "servers": {"a": 1}})");
    }

    void whatChanged_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("content"); // null: removed
        QTest::addColumn<QString>("told");
        QTest::newRow("nothing") << u"other"_s << QByteArray("x") << QString();
        QTest::newRow("a file") << u"settings.json"_s << QByteArray("{\"hooks\": 1}") << u"settings.json"_s;
        QTest::newRow("one that was not there") << u"local.json"_s << QByteArray("{}") << u"local.json"_s;
        QTest::newRow("one that went") << u"settings.json"_s << QByteArray() << u"settings.json"_s;
        QTest::newRow("a new one in a folder") << u"hooks/deep/two"_s << QByteArray("x") << u"hooks"_s;
        QTest::newRow("one in a folder") << u"hooks/deep/one"_s << QByteArray("x") << u"hooks"_s;
        QTest::newRow("a value") << u"state.json"_s << QByteArray(R"({"starts": 1, "servers": {"a": 2}})")
                                 << u"state.json#servers"_s;
        QTest::newRow("another value") << u"state.json"_s << QByteArray(R"({"starts": 2, "servers": {"a": 1}})")
                                       << QString();
        QTest::newRow("the value went") << u"state.json"_s << QByteArray("rubbish") << u"state.json#servers"_s;
        QTest::newRow("written anew as it was") << u"settings.json"_s << QByteArray("{}") << QString();
    }
    void whatChanged()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, content);
        QFETCH(QString, told);
        QStringList watched;
        for (const auto& name : {u"settings.json"_s, u"local.json"_s, u"hooks"_s, u"empty"_s, u"state.json#servers"_s})
            watched << m_root->path(name);
        const auto files = ActingFiles::in(watched);
        QCOMPARE(files.changed(), QStringList());
        if (content.isNull())
            QVERIFY(QFile::remove(m_root->path(file)));
        else
            writeFile(m_root->path(file), content);
        QCOMPARE(files.changed(), told.isEmpty() ? QStringList() : QStringList(m_root->path(told)));
    }
};

QTEST_GUILESS_MAIN(TestActingFiles)
#include "tst_acting_files.moc"
