#include "base/log.h"
#include "base/secret_filter.h"
#include "support/test_support.h"

#include <QJsonArray>
#include <QJsonObject>

using namespace switchyard;
using namespace switchyard::testing;

class TestRedaction : public QObject
{
    Q_OBJECT
private:
    TestRoot m_root;

private Q_SLOTS:
    void blotsOut_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("secret"); // must be gone
        QTest::addColumn<QString>("kept");   // must be there
        QTest::newRow("Anthropic") << u"key sk-ant-api03-AbC_123-xyz done"_s << u"AbC_123"_s << u"done"_s;
        QTest::newRow("GitHub") << u"ghp_0123456789abcdefABCDEF"_s << u"0123456789abcdef"_s << u""_s;
        QTest::newRow("GitHub, fine-grained")
            << u"github_pat_11ABCDEFG0123456789_abcdefghij"_s << u"11ABCDEFG0"_s << u""_s;
        QTest::newRow("Slack") << u"xoxb-123456789012-abc"_s << u"123456789012"_s << u""_s;
        QTest::newRow("AWS") << u"AKIAIOSFODNN7EXAMPLE"_s << u"IOSFODNN7"_s << u""_s;
        QTest::newRow("Google") << u"AIzaSyA1234567890abcdefghijklmnopqrstuv"_s << u"A1234567890"_s << u""_s;
        QTest::newRow("bearer") << u"Authorization: Bearer abc.def-123456"_s << u"abc.def"_s << u"Authorization"_s;
        QTest::newRow("JSON web token") << u"got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF123456"_s
                                        << u"abcDEF123456"_s << u"got"_s;
        QTest::newRow("assignment") << u"OPENAI_API_KEY=abcdefgh next"_s << u"abcdefgh"_s
                                    << u"OPENAI_API_KEY= next"_s.left(15);
        QTest::newRow("quoted") << u"password: \"hunter2x\","_s << u"hunter2x"_s << u"password"_s;
        QTest::newRow("JSON") << u"{\"api_key\":\"abcdefgh\",\"n\":1}"_s << u"abcdefgh"_s << u"\"n\":1"_s;
        QTest::newRow("URL") << u"https://me:pa55word@host/x"_s << u"pa55word"_s << u"@host/x"_s;
        QTest::newRow("twice") << u"token=abcd1234 token=abcd1234"_s << u"abcd1234"_s << u"token"_s;
        QTest::newRow("private key")
            << u"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\n-----END OPENSSH PRIVATE KEY-----"_s
            << u"b3BlbnNzaC1r"_s << u""_s;
    }
    void blotsOut()
    {
        QFETCH(QString, text);
        QFETCH(QString, secret);
        QFETCH(QString, kept);
        const auto clean = redact(text);
        QVERIFY2(!clean.contains(secret), qPrintable(clean));
        QVERIFY2(clean.contains(kept), qPrintable(clean));
        QVERIFY(clean.contains(u"•••"_s));
    }

    void leavesPlainTextAlone_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("prose") << u"The token bucket refills; the key is sk-."_s;
        QTest::newRow("risk-averse") << u"a risk-averse-strategy"_s;
        QTest::newRow("commit") << u"commit 0123456789abcdef0123456789abcdef01234567"_s;
        QTest::newRow("URL") << u"https://host:8080/path@v1"_s;
        QTest::newRow("path") << u"/home/a/secret/notes.txt"_s;
    }
    void leavesPlainTextAlone()
    {
        QFETCH(QString, text);
        QCOMPARE(redact(text), text);
    }

    void keptSecrets()
    {
        keepSecret("correct horse battery");
        keepSecret("short"); // would blot out half of every text
        keepSecret("correct horse battery");
        QCOMPARE(redact(u"it is correct horse battery, in short"_s), u"it is •••, in short"_s);
    }

    void aStreamHoldsNoSecrets_data()
    {
        QTest::addColumn<int>("pieceSize");
        for (const int size : {1, 2, 3, 7, 1000})
            QTest::addRow("%d bytes at once", size) << size;
    }
    void aStreamHoldsNoSecrets()
    {
        QFETCH(int, pieceSize);
        keepSecret("s3cr3t-value");
        keepSecret("s3cr3t-value-longer");
        const QByteArray text = "a s3cr3t-valu s3cr3t-value, s3cr3t-value-longer; s3s3cr3t-value s3cr3t-";
        SecretFilter filter;
        QByteArray out;
        for (qsizetype at = 0; at < text.size(); at += pieceSize)
            out += filter.pass(text.mid(at, pieceSize));
        out += filter.rest();
        QCOMPARE(QString::fromUtf8(out), u"a s3cr3t-valu •••, •••; s3••• s3cr3t-"_s);
    }

    void aStreamIsNotHeldUp()
    {
        keepSecret("s3cr3t-value");
        SecretFilter filter;
        QCOMPARE(filter.pass("Password: "), "Password: ");
        QCOMPARE(filter.pass("progress s3c"), "progress ");
        QCOMPARE(filter.pass("ure"), "s3cure");
    }

    void eventsHoldNoSecrets()
    {
        keepSecret("s3cr3t-value");
        const QJsonObject event{{u"text"_s, u"it is s3cr3t-value, OPENAI_API_KEY=looks-like-one"_s},
                                {u"inner"_s, QJsonObject{{u"list"_s, QJsonArray{u"s3cr3t-value"_s, 3}}}}};
        const QJsonObject clean{{u"text"_s, u"it is •••, OPENAI_API_KEY=looks-like-one"_s},
                                {u"inner"_s, QJsonObject{{u"list"_s, QJsonArray{u"•••"_s, 3}}}}};
        QCOMPARE(withoutSecrets(event), clean);
    }

    void theLogHoldsNoSecrets()
    {
        const auto path = m_root.path(u"engine.log"_s);
        QVERIFY(startLogging(path));
        qWarning("password=hunter2x and more");
        qInfo("plain");
        qInstallMessageHandler(nullptr);
        const auto log = readFile(path);
        QVERIFY(!log.contains("hunter2x") && log.contains("and more") && log.contains("info default: plain"));
        QCOMPARE(QFile(path).permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }
};

QTEST_GUILESS_MAIN(TestRedaction)
#include "tst_redaction.moc"
