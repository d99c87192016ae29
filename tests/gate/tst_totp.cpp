#include "gate/totp.h"

#include "support/test_support.h"

using namespace switchyard;
using namespace switchyard::gate;

class TestTotp : public QObject
{
    Q_OBJECT

    testing::TestRoot m_root;
    static UtcTime at(qint64 seconds) { return fromMilliseconds(seconds * 1000); }

private Q_SLOTS:
    // RFC 6238, appendix B.
    void vectors_data()
    {
        QTest::addColumn<qint64>("seconds");
        QTest::addColumn<QString>("digits");
        QTest::newRow("1970") << qint64(59) << u"94287082"_s;
        QTest::newRow("2005") << qint64(1111111109) << u"07081804"_s;
        QTest::newRow("two seconds later") << qint64(1111111111) << u"14050471"_s;
        QTest::newRow("2009") << qint64(1234567890) << u"89005924"_s;
        QTest::newRow("2033") << qint64(2000000000) << u"69279037"_s;
        QTest::newRow("2603") << qint64(20000000000) << u"65353130"_s;
    }
    void vectors()
    {
        QFETCH(qint64, seconds);
        QFETCH(QString, digits);
        QCOMPARE(totpOf("12345678901234567890", totpStep(at(seconds)), 8), digits);
        QCOMPARE(totpOf("12345678901234567890", totpStep(at(seconds))), digits.last(6));
    }

    // RFC 4648, section 10, without the padding.
    void base32_()
    {
        QCOMPARE(base32(""), u""_s);
        QCOMPARE(base32("f"), u"MY"_s);
        QCOMPARE(base32("fo"), u"MZXQ"_s);
        QCOMPARE(base32("foo"), u"MZXW6"_s);
        QCOMPARE(base32("foob"), u"MZXW6YQ"_s);
        QCOMPARE(base32("fooba"), u"MZXW6YTB"_s);
        QCOMPARE(base32("foobar"), u"MZXW6YTBOI"_s);
    }

    void eachOnce()
    {
        const auto file = m_root.path(u"totp.json"_s);
        const TotpVault vault(file);
        QCOMPARE(vault.verify(u"123456"_s, at(1000)).error().code, ErrorCode::NotFound);
        const auto uri = vault.enable(u"me@host"_s);
        QVERIFY(uri && uri->reveal().startsWith("otpauth://totp/Switchyard:me%40host?secret="));
        QCOMPARE(QFile::permissions(file) & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup),
                 QFile::Permissions());
        const auto key = QByteArray::fromHex(
            QJsonDocument::fromJson(testing::readFile(file)).object().value(u"key").toString().toLatin1());
        QVERIFY(uri->reveal().contains("secret=" + base32(key).toUtf8() + '&'));
        const auto digits = [&key](qint64 seconds) { return totpOf(key, totpStep(at(seconds))); };
        QCOMPARE(vault.verify(digits(900), at(1000)).error().code, ErrorCode::Forbidden); // three steps old
        QCOMPARE(vault.verify({}, at(1000)).error().code, ErrorCode::Forbidden);
        QVERIFY(vault.verify(digits(970), at(1000))); // a clock that is a little late
        QCOMPARE(vault.verify(digits(970), at(1000)).error().code, ErrorCode::Forbidden);
        QVERIFY(TotpVault(file).verify(digits(1000), at(1000)));
        QCOMPARE(TotpVault(file).verify(digits(1000), at(1001)).error().code,
                 ErrorCode::Forbidden); // also in a new process
        QVERIFY(vault.verify(digits(1030), at(1000)));
        QVERIFY(vault.disable());
        QVERIFY(!vault.isSet());
        testing::writeFile(file, "{}");
        QCOMPARE(vault.verify(u"123456"_s, at(1000)).error().code, ErrorCode::Corrupt);
    }
};

QTEST_GUILESS_MAIN(TestTotp)
#include "tst_totp.moc"
