#include "secrets/key_store.h"

#include "support/test_support.h"

using namespace switchyard;
using namespace switchyard::secrets;
using namespace switchyard::testing;

namespace {

//! A keyring in memory, which can be locked and counts how often it is asked.
class FakeKeyring final : public Keyring
{
public:
    struct State {
        QMap<QString, QByteArray> values;
        bool locked = false;
        int asked = 0;
    };
    explicit FakeKeyring(std::shared_ptr<State> state) : m_state(std::move(state)) {}
    QCoro::Task<Result<Secret>> get(QString name) override
    {
        SY_CO_TRY(open());
        if (!m_state->values.contains(name))
            co_return fail(ErrorCode::NotFound, u"no entry"_s);
        co_return Secret(m_state->values[name]);
    }
    QCoro::Task<Result<>> set(QString name, Secret value) override
    {
        SY_CO_TRY(open());
        m_state->values[name] = value.reveal();
        co_return {};
    }
    QCoro::Task<Result<>> remove(QString name) override
    {
        SY_CO_TRY(open());
        if (m_state->values.remove(name) == 0)
            co_return fail(ErrorCode::NotFound, u"no entry"_s);
        co_return {};
    }

private:
    Result<> open()
    {
        ++m_state->asked;
        return m_state->locked ? fail(ErrorCode::Unavailable, u"locked"_s) : Result<>();
    }
    const std::shared_ptr<State> m_state;
};

} // namespace

class TestKeyStore : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<TestRoot> m_root;
    std::shared_ptr<FakeKeyring::State> m_keyring;
    Paths m_paths;

    KeyStore store() const { return KeyStore(m_paths, std::make_unique<FakeKeyring>(m_keyring)); }
    QByteArray onDisk() const
    {
        QByteArray all;
        for (const auto& info : QDir(m_paths.config).entryInfoList(QDir::Files | QDir::Hidden))
            all += readFile(info.filePath());
        return all;
    }

private Q_SLOTS:
    void init()
    {
        m_root = std::make_unique<TestRoot>();
        m_keyring = std::make_shared<FakeKeyring::State>();
        m_paths = Paths::below(m_root->path(u"sw"_s));
        QVERIFY(m_paths.ensure());
    }

    void keepsValuesInTheKeyringOnly()
    {
        auto keys = store();
        QVERIFY(await(keys.set(u"anthropic"_s, Secret("sk-very-secret"), KeyStore::Place::Keyring)));
        QVERIFY(!onDisk().contains("sk-very-secret"));
        QCOMPARE(await(store().get(u"anthropic"_s))->reveal(), "sk-very-secret");
        QCOMPARE(*store().entries(), (QList<KeyStore::Entry>{{u"anthropic"_s, KeyStore::Place::Keyring}}));
        QVERIFY(await(keys.remove(u"anthropic"_s)));
        QCOMPARE(store().entries()->size(), 0);
        QCOMPARE(m_keyring->values.size(), 0);
    }

    void neverAsksForWhatWasNeverStored()
    {
        auto keys = store();
        QCOMPARE(await(keys.get(u"openai"_s)).error().code, ErrorCode::NotFound);
        QCOMPARE(await(keys.remove(u"openai"_s)).error().code, ErrorCode::NotFound);
        QCOMPARE(m_keyring->asked, 0);
    }

    void aLockedKeyringIsNoReasonForAFile()
    {
        m_keyring->locked = true;
        auto keys = store();
        QCOMPARE(await(keys.set(u"anthropic"_s, Secret("sk-very-secret"), KeyStore::Place::Keyring)).error().code,
                 ErrorCode::Unavailable);
        QVERIFY(!onDisk().contains("sk-very-secret"));
        QCOMPARE(store().entries()->size(), 0);
    }

    void aFileWhenTheUserSaysSo()
    {
        m_keyring->locked = true;
        auto keys = store();
        QVERIFY(await(keys.set(u"openai"_s, Secret("sk-one"), KeyStore::Place::File)));
        QCOMPARE(await(store().get(u"openai"_s))->reveal(), "sk-one");
        const auto file = m_paths.config + u"/secrets.json"_s;
        QCOMPARE(QFile::permissions(file) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        QVERIFY(QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther));
        QCOMPARE(await(store().get(u"openai"_s)).error().code, ErrorCode::Forbidden);
        QVERIFY(QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner));
        QVERIFY(await(keys.remove(u"openai"_s)));
        QVERIFY(!onDisk().contains("sk-one"));
    }

    void movesBetweenThePlaces()
    {
        auto keys = store();
        QVERIFY(await(keys.set(u"openai"_s, Secret("sk-one"), KeyStore::Place::File)));
        QVERIFY(await(keys.set(u"openai"_s, Secret("sk-two"), KeyStore::Place::Keyring)));
        QVERIFY(!onDisk().contains("sk-one"));
        QCOMPARE(await(keys.get(u"openai"_s))->reveal(), "sk-two");
        QVERIFY(await(keys.set(u"openai"_s, Secret("sk-three"), KeyStore::Place::File)));
        QCOMPARE(m_keyring->values.size(), 0);
    }

    void refusals_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("no name") << QString() << QByteArray("value");
        QTest::newRow("capitals") << u"Anthropic"_s << QByteArray("value");
        QTest::newRow("a path") << u"../x"_s << QByteArray("value");
        QTest::newRow("no value") << u"openai"_s << QByteArray();
        QTest::newRow("too long") << u"openai"_s << QByteArray((64 << 10) + 1, 'x');
    }
    void refusals()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, value);
        auto keys = store();
        QCOMPARE(await(keys.set(name, Secret(value), KeyStore::Place::Keyring)).error().code, ErrorCode::Invalid);
        QCOMPARE(m_keyring->asked, 0);
    }
};

QTEST_GUILESS_MAIN(TestKeyStore)
#include "tst_key_store.moc"
