#include "gate/code_vault.h"

#include "support/test_support.h"

#include <QFileInfo>

using namespace switchyard;
using namespace switchyard::gate;

class TestCodeVault : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { QFile::remove(file()); }
    void setAndVerify();
    void change();
    void refuses_data();
    void refuses();
    void damaged_data();
    void damaged();
    void onDisk();

private:
    QString file() const { return m_root.paths.confirmationCode(); }
    static Secret secret(const char* text) { return Secret(QByteArray(text)); }
    testing::TestRoot m_root;
};

void TestCodeVault::setAndVerify()
{
    const CodeVault vault(file());
    QVERIFY(!vault.isSet());
    QCOMPARE(vault.verify(secret("1234")).error().code, ErrorCode::NotFound);
    QVERIFY(vault.set(secret("1234"), {}));
    QVERIFY(vault.isSet());
    QVERIFY(vault.verify(secret("1234")));
    QCOMPARE(vault.verify(secret("1235")).error().code, ErrorCode::Forbidden);
    QCOMPARE(vault.verify({}).error().code, ErrorCode::Forbidden);
}

void TestCodeVault::change()
{
    const CodeVault vault(file());
    QVERIFY(vault.set(secret("1234"), {}));
    QCOMPARE(vault.set(secret("9999"), {}).error().code, ErrorCode::Forbidden);
    QCOMPARE(vault.set(secret("9999"), secret("0000")).error().code, ErrorCode::Forbidden);
    QVERIFY(vault.verify(secret("1234")));
    QVERIFY(vault.set(secret("9999"), secret("1234")));
    QVERIFY(vault.verify(secret("9999")));
    QVERIFY(!vault.verify(secret("1234")));
}

void TestCodeVault::refuses_data()
{
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("too short") << QByteArray("123");
    QTest::newRow("too long") << QByteArray("1234567890123");
    QTest::newRow("a blank") << QByteArray("12 34");
    QTest::newRow("a newline") << QByteArray("1234\n");
}

void TestCodeVault::refuses()
{
    QFETCH(QByteArray, code);
    const CodeVault vault(file());
    QCOMPARE(vault.set(Secret(code), {}).error().code, ErrorCode::Invalid);
    QVERIFY(!vault.isSet());
}

void TestCodeVault::damaged_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("not JSON") << QByteArray("xx");
    QTest::newRow("no hash") << QByteArray("{}");
    QTest::newRow("another hash") << QByteArray(R"({"argon2id":"$argon2i$v=19$m=1,t=1,p=1$AA$AA"})");
}

void TestCodeVault::damaged()
{
    QFETCH(QByteArray, bytes);
    testing::writeFile(file(), bytes);
    const CodeVault vault(file());
    QCOMPARE(vault.verify(secret("1234")).error().code, ErrorCode::Corrupt);
    QVERIFY(!vault.set(secret("1234"), {})); // a damaged file does not open the door
}

void TestCodeVault::onDisk()
{
    QVERIFY(CodeVault(file()).set(secret("s3cret!"), {}));
    const auto bytes = testing::readFile(file());
    QVERIFY(!bytes.contains("s3cret!"));
    QVERIFY(bytes.contains("$argon2id$"));
    QCOMPARE(QFileInfo(file()).permissions() &
                 (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther),
             QFile::Permissions());
}

QTEST_GUILESS_MAIN(TestCodeVault)
#include "tst_code_vault.moc"
