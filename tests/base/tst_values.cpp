#include "base/clock.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/secret.h"

#include <QTest>

using namespace switchyard;

class TestValues : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void durations_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("expected"); // ms; -1: refused
        QTest::newRow("seconds") << u"90s"_s << 90'000LL;
        QTest::newRow("bare seconds") << u"5"_s << 5000LL;
        QTest::newRow("minutes") << u"15m"_s << 900'000LL;
        QTest::newRow("hours") << u"2h"_s << 7'200'000LL;
        QTest::newRow("mixed") << u"1h30m"_s << 5'400'000LL;
        QTest::newRow("all") << u"1h2m3s4ms"_s << 3'723'004LL;
        QTest::newRow("milliseconds") << u"250ms"_s << 250LL;
        QTest::newRow("blanks around") << u"  7s "_s << 7000LL;
        QTest::newRow("nought") << u"0"_s << 0LL;
        QTest::newRow("largest hours") << u"999999h"_s << 999'999LL * 3'600'000;
        QTest::newRow("empty") << u""_s << -1LL;
        QTest::newRow("blank") << u"  "_s << -1LL;
        QTest::newRow("negative") << u"-5s"_s << -1LL;
        QTest::newRow("unknown unit") << u"5d"_s << -1LL;
        QTest::newRow("fraction") << u"1.5h"_s << -1LL;
        QTest::newRow("wrong order") << u"3s1h"_s << -1LL;
        QTest::newRow("words") << u"soon"_s << -1LL;
        QTest::newRow("too long to hold") << u"99999999999999999999s"_s << -1LL;
        QTest::newRow("other digits") << u"५s"_s << -1LL;
        QTest::newRow("line end") << u"5s\n6s"_s << -1LL;
    }
    void durations()
    {
        QFETCH(QString, text);
        QFETCH(qint64, expected);
        const auto duration = parseDuration(text);
        QCOMPARE(duration ? duration->count() : -1, expected);
    }

    void formattedDurations_data()
    {
        QTest::addColumn<qint64>("ms");
        QTest::addColumn<QString>("expected");
        QTest::newRow("nothing") << 0LL << u"00:00"_s;
        QTest::newRow("not yet a second") << 999LL << u"00:00"_s;
        QTest::newRow("minutes") << 252'000LL << u"04:12"_s;
        QTest::newRow("just below an hour") << 3'599'999LL << u"59:59"_s;
        QTest::newRow("hours") << 3'723'000LL << u"1:02:03"_s;
        QTest::newRow("days") << 100LL * 3'600'000 << u"100:00:00"_s;
        QTest::newRow("negative") << -5000LL << u"00:00"_s;
    }
    void formattedDurations()
    {
        QFETCH(qint64, ms);
        QTEST(formatDuration(milliseconds(ms)), "expected");
    }

    void clocks()
    {
        const auto& clock = Clock::system();
        const auto before = clock.monotonic();
        QVERIFY(clock.monotonic() >= before);
        QVERIFY(toMilliseconds(clock.now()) > 1'600'000'000'000);
        QCOMPARE(toMilliseconds(fromMilliseconds(1'780'000'000'123)), 1'780'000'000'123);
    }

    void taskIds_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected"); // empty: refused
        QTest::newRow("plain") << u"a7f3c1"_s << u"a7f3c1"_s;
        QTest::newRow("hash") << u"#a7f3c1"_s << u"a7f3c1"_s;
        QTest::newRow("upper case") << u"A7F3C1"_s << u"a7f3c1"_s;
        QTest::newRow("blanks") << u" a7f3c1\n"_s << u"a7f3c1"_s;
        QTest::newRow("zeros") << u"000000"_s << u"000000"_s;
        QTest::newRow("empty") << u""_s << u""_s;
        QTest::newRow("hash alone") << u"#"_s << u""_s;
        QTest::newRow("short") << u"a7f3c"_s << u""_s;
        QTest::newRow("long") << u"a7f3c1a"_s << u""_s;
        QTest::newRow("not hexadecimal") << u"a7f3g1"_s << u""_s;
        QTest::newRow("path") << u"../../"_s << u""_s;
        QTest::newRow("other digits") << u"１２３４５６"_s << u""_s;
        QTest::newRow("two hashes") << u"##a7f3c1"_s << u""_s;
    }
    void taskIds()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const auto id = TaskId::parse(text);
        QCOMPARE(id ? id->toString() : QString(), expected);
        if (!id) {
            QCOMPARE(id.error().code, ErrorCode::Invalid);
            QVERIFY(!id.error().hint.isEmpty());
        }
    }
    void randomTaskIds()
    {
        QSet<TaskId> ids;
        for (int i = 0; i < 200; ++i) {
            const auto id = TaskId::random();
            QCOMPARE(TaskId::parse(id.toString()).value(), id);
            ids.insert(id);
        }
        QVERIFY(ids.size() > 190);
        QVERIFY(TaskId().isNull() && !TaskId::random().isNull());
        QCOMPARE(newUuid().size(), 36);
        QVERIFY(newUuid() != newUuid());
    }

    void errorNames()
    {
        using enum ErrorCode;
        for (const auto code :
             {NotFound, Invalid, Conflict, Forbidden, Limit, Timeout, Unavailable, Io, Corrupt, Cancelled, Internal})
            QCOMPARE(errorFromName(errorName(code)), code);
        QCOMPARE(errorFromName(u"what?"), Internal);
        QCOMPARE(describe({Io, u"It failed."_s, u"Try again."_s}), u"It failed. Try again."_s);
        QCOMPARE(describe({Io, u"It failed."_s, {}}), u"It failed."_s);
    }

    void readerTakesWhatIsThere()
    {
        JsonReader reader({{u"t"_s, u"text"_s},
                           {u"i"_s, 42},
                           {u"n"_s, 1.5},
                           {u"b"_s, true},
                           {u"d"_s, 1500},
                           {u"o"_s, QJsonObject{{u"x"_s, 1}}},
                           {u"l"_s, QJsonArray{u"a"_s, u"b"_s}},
                           {u"id"_s, u"a7f3c1"_s},
                           {u"null"_s, QJsonValue::Null},
                           {u"big"_s, 9'007'199'254'740'993LL}});
        QCOMPARE(reader.text("t"_L1), u"text"_s);
        QCOMPARE(reader.integer("i"_L1), 42);
        QCOMPARE(reader.integer("big"_L1), 9'007'199'254'740'993LL); // beyond what a double holds
        QCOMPARE(reader.number("n"_L1, 0), 1.5);
        QCOMPARE(reader.boolean("b"_L1, false), true);
        QCOMPARE(reader.duration("d"_L1, {}), milliseconds(1500));
        QCOMPARE(reader.object("o"_L1).value(u"x"), QJsonValue(1));
        QCOMPARE(reader.texts("l"_L1), (QStringList{u"a"_s, u"b"_s}));
        QCOMPARE(reader.taskId("id"_L1).toString(), u"a7f3c1"_s);
        QCOMPARE(reader.text("null"_L1, u"otherwise"_s), u"otherwise"_s);
        QCOMPARE(reader.integer("none"_L1, 7), 7);
        QVERIFY(reader.array("none"_L1).isEmpty() && reader.object("none"_L1).isEmpty());
        QVERIFY(reader.finish());
    }

    void readerNamesTheWrongField_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("message");
        QTest::newRow("missing") << QByteArray("{}") << u"spec.text: this field is missing"_s;
        QTest::newRow("null") << QByteArray(R"({"text":null,"count":1})") << u"spec.text: this field is missing"_s;
        QTest::newRow("number for a text")
            << QByteArray(R"({"text":5,"count":1})") << u"spec.text: a text was expected"_s;
        QTest::newRow("fraction") << QByteArray(R"({"text":"","count":1.5})")
                                  << u"spec.count: a whole number was expected"_s;
        QTest::newRow("text for a number")
            << QByteArray(R"({"text":"","count":"1"})") << u"spec.count: a whole number was expected"_s;
        QTest::newRow("too large") << QByteArray(R"({"text":"","count":1e300})")
                                   << u"spec.count: a whole number was expected"_s;
        QTest::newRow("not a flag") << QByteArray(R"({"text":"","count":1,"flag":1})")
                                    << u"spec.flag: true or false was expected"_s;
        QTest::newRow("negative wait") << QByteArray(R"({"text":"","count":1,"wait":-1})")
                                       << u"spec.wait: a duration cannot be negative"_s;
        QTest::newRow("list of numbers") << QByteArray(R"({"text":"","count":1,"names":["a",1]})")
                                         << u"spec.names: a list of texts was expected"_s;
        QTest::newRow("no list") << QByteArray(R"({"text":"","count":1,"names":{}})")
                                 << u"spec.names: a list was expected"_s;
        QTest::newRow("the first wrong one counts")
            << QByteArray(R"({"text":1,"count":"x"})") << u"spec.text: a text was expected"_s;
    }
    void readerNamesTheWrongField()
    {
        QFETCH(QByteArray, json);
        JsonReader reader(parseObject(json, u"x"_s).value(), u"spec"_s);
        reader.text("text"_L1);
        reader.integer("count"_L1);
        reader.boolean("flag"_L1, false);
        reader.duration("wait"_L1, {});
        reader.texts("names"_L1);
        const auto result = reader.finish();
        QVERIFY(!result);
        QTEST(result.error().message, "message");
        QCOMPARE(result.error().code, ErrorCode::Invalid);
    }

    void badJsonIsLocated()
    {
        for (const QByteArray bytes : {"", "{", "[1]", "nonsense", "{\"a\":\xff}", "{} {}"}) {
            const auto object = parseObject(bytes, u"The answer"_s);
            QVERIFY2(!object, bytes.constData());
            QVERIFY(object.error().message.startsWith(u"The answer is not"_s));
        }
        QVERIFY(!parseObject(QByteArray(3000, '['), u"deep"_s));
        QCOMPARE(compactJson(parseObject(" { \"b\" : 1,\n\"a\":[ ] } ", u"x"_s).value()), "{\"a\":[],\"b\":1}");
    }

    void secretsCompareAndVanish()
    {
        const Secret none;
        QVERIFY(none.isEmpty());
        Secret key(QByteArray("sk-verysecret"));
        auto copy = key;
        key = Secret();
        QCOMPARE(copy.reveal(), "sk-verysecret"); // not wiped while somebody holds it
        const auto moved = std::move(copy);
        QCOMPARE(moved.reveal(), "sk-verysecret");
        static_assert(!std::is_convertible_v<Secret, QString> && !std::is_convertible_v<Secret, QByteArray>);
    }
};

QTEST_GUILESS_MAIN(TestValues)
#include "tst_values.moc"
