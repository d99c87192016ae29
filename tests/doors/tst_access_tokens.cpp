#include "base/clock.h"
#include "doors/access_tokens.h"
#include "support/test_support.h"

#include <QFileInfo>

using namespace switchyard;
using namespace switchyard::doors;
using switchyard::testing::TestRoot;

class TestAccessTokens : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTokenIsKnownByItsNameAndKeptOnlyAsAHash()
    {
        const TestRoot root;
        const auto path = root.path(u"tokens.json"_s);
        const AccessTokens tokens(path);
        QVERIFY(!*tokens.find(Secret("swy_anything")));
        const auto phone = tokens.make(u" phone "_s, Clock::system().now());
        const auto bot = tokens.make(u"bot"_s, Clock::system().now());
        QVERIFY(phone && bot);
        QVERIFY(phone->reveal() != bot->reveal());
        QCOMPARE(phone->reveal().size(), 47); // 256 bits
        QCOMPARE(**tokens.find(*phone), u"phone"_s);
        QCOMPARE(**AccessTokens(path).find(*bot), u"bot"_s);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains(phone->reveal().mid(4)));
        QCOMPARE(QFileInfo(path).permissions() &
                     (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther),
                 QFile::Permissions());
    }

    void whatIsNoTokenIsRefused_data()
    {
        QTest::addColumn<int>("cut");
        QTest::addColumn<QByteArray>("more");
        QTest::newRow("shorter") << 1 << QByteArray();
        QTest::newRow("longer") << 0 << QByteArray("x");
        QTest::newRow("another last letter") << 1 << QByteArray("~");
        QTest::newRow("empty") << 100 << QByteArray();
    }
    void whatIsNoTokenIsRefused()
    {
        QFETCH(int, cut);
        QFETCH(QByteArray, more);
        const TestRoot root;
        const AccessTokens tokens(root.path(u"tokens.json"_s));
        const auto token = tokens.make(u"phone"_s, Clock::system().now());
        QVERIFY(token);
        const auto found =
            tokens.find(Secret(token->reveal().chopped(std::min<qsizetype>(cut, token->reveal().size())) + more));
        QVERIFY(found && !*found);
    }

    void aNewOneOfTheSameNameReplacesAndRevokedOnesCountNoLonger()
    {
        const TestRoot root;
        const AccessTokens tokens(root.path(u"tokens.json"_s));
        const auto first = tokens.make(u"phone"_s, Clock::system().now());
        const auto second = tokens.make(u"phone"_s, Clock::system().now());
        QVERIFY(!*tokens.find(*first));
        QVERIFY(*tokens.find(*second));
        QCOMPARE(tokens.all()->size(), 1);
        QVERIFY(tokens.revoke(u"phone"_s));
        QVERIFY(!*tokens.find(*second));
        QCOMPARE(tokens.revoke(u"phone"_s).error().code, ErrorCode::NotFound);
        QCOMPARE(tokens.make(u"  "_s, Clock::system().now()).error().code, ErrorCode::Invalid);
    }

    void aDamagedFileLetsNobodyIn()
    {
        const TestRoot root;
        for (const auto& text : {QByteArray("{"), QByteArray(R"({"tokens":[{"name":"x","made":1,"sha256":""}]})"),
                                 QByteArray(R"({"tokens":[{"name":"x"}]})")}) {
            QFile file(root.path(u"tokens.json"_s));
            QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
            file.write(text);
            file.close();
            QVERIFY2(!AccessTokens(file.fileName()).find(Secret("")), text.constData());
        }
    }
};

QTEST_GUILESS_MAIN(TestAccessTokens)
#include "tst_access_tokens.moc"
