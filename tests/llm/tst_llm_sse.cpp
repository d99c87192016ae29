#include "llm/sse.h"

#include <QTest>

using namespace switchyard::llm;

class TestSse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void events_data()
    {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<QList<SseEvent>>("expected");
        QTest::newRow("one") << QByteArray("event: a\ndata: 1\n\n") << QList<SseEvent>{{"a", "1"}};
        QTest::newRow("no name") << QByteArray("data: 1\n\n") << QList<SseEvent>{{"", "1"}};
        QTest::newRow("carriage returns")
            << QByteArray("event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n") << QList<SseEvent>{{"a", "1"}, {"", "2"}};
        QTest::newRow("bare carriage returns")
            << QByteArray("data: 1\r\rdata: 2\r\r\n") << QList<SseEvent>{{"", "1"}, {"", "2"}};
        QTest::newRow("several data lines")
            << QByteArray("data: 1\ndata:\ndata: 3\n\n") << QList<SseEvent>{{"", "1\n\n3"}};
        QTest::newRow("without a space") << QByteArray("data:{}\n\n") << QList<SseEvent>{{"", "{}"}};
        QTest::newRow("comments and unknown fields")
            << QByteArray(": hello\nid: 7\nretry: 3\ndata: 1\n\n") << QList<SseEvent>{{"", "1"}};
        QTest::newRow("a name without data is no event")
            << QByteArray("event: a\n\ndata: 1\n\n") << QList<SseEvent>{{"", "1"}};
        QTest::newRow("unfinished") << QByteArray("data: 1\n") << QList<SseEvent>{};
        QTest::newRow("beyond ASCII") << QByteArray("data: ü→\n\n") << QList<SseEvent>{{"", "ü→"}};
    }
    void events()
    {
        QFETCH(QByteArray, stream);
        QFETCH(QList<SseEvent>, expected);
        for (qsizetype portion = 1; portion <= stream.size(); ++portion) { // every way to cut it
            SseReader reader;
            QList<SseEvent> got;
            for (qsizetype at = 0; at < stream.size(); at += portion)
                got += reader.feed(stream.mid(at, portion));
            QVERIFY2(got == expected, qPrintable(QStringLiteral("in portions of %1").arg(portion)));
        }
    }
    void isBounded()
    {
        SseReader reader;
        const QByteArray mebibyte(1 << 20, 'x');
        reader.feed("data: ");
        for (int i = 0; i < 9; ++i)
            reader.feed(mebibyte);
        QVERIFY(reader.overflowed());
        QVERIFY(reader.feed("\n\n").isEmpty());

        SseReader lines;
        for (int i = 0; i < 9; ++i)
            lines.feed("data: " + mebibyte + '\n');
        QVERIFY(lines.overflowed());
    }
};

QTEST_GUILESS_MAIN(TestSse)
#include "tst_llm_sse.moc"
