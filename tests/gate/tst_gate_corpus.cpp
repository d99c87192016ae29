#include "gate/gate.h"

#include "support/test_support.h"

#include <QJsonDocument>

using namespace switchyard;
using namespace switchyard::gate;
using testing::await;

//! Labelled commands: recall of what must be asked about, and how rarely harmless things are held up (docs/gate.md).
class TestGateCorpus : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const auto loaded = Gate::load();
        QVERIFY2(loaded, loaded ? "" : qPrintable(describe(loaded.error())));
        m_gate = *loaded;
    }
    void corpus_data();
    void corpus();

private:
    std::shared_ptr<const Gate> m_gate;
};

void TestGateCorpus::corpus_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("the labelled corpus") << u"corpus.jsonl"_s;
    QTest::newRow("our own lists") << u"own.jsonl"_s;
    QTest::newRow("classes of commands") << u"classes.jsonl"_s;
    QTest::newRow("as agents give them, and what looks like it") << u"agents.jsonl"_s;
}

namespace {
struct Row {
    QString command, category;
    bool mustAsk;
};

QList<Row> readRows(const QString& file)
{
    QList<Row> rows;
    for (const auto& line : testing::readFile(QStringLiteral(TEST_DATA_DIR "/") + file).split('\n'))
        if (const auto row = QJsonDocument::fromJson(line).object(); !row.isEmpty())
            rows << Row{row.value("command"_L1).toString(), row.value("category"_L1).toString(),
                        row.value("label"_L1).toString() == u"confirm"};
    return rows;
}

constexpr qsizetype atOnce = 4; // parsers at work
} // namespace

void TestGateCorpus::corpus()
{
    QFETCH(QString, file);
    static const QStringList whole{u"fs-delete"_s, u"git-discard"_s, u"db"_s, u"privilege"_s, u"process"_s, u"disk"_s};
    int destructive = 0, missed = 0, safe = 0, alarms = 0;
    QStringList wrong, missedWhole;
    const auto rows = readRows(file);
    for (qsizetype from = 0; from < rows.size(); from += atOnce) {
        const auto batch = rows.sliced(from, std::min(atOnce, rows.size() - from));
        std::vector<QCoro::Task<Judgement>> judging;
        for (const auto& row : batch)
            judging.push_back(m_gate->judge(row.command, {}));
        for (qsizetype i = 0; i < batch.size(); ++i) {
            const auto& row = batch[i];
            const auto judgement = await(std::move(judging[size_t(i)]));
            const bool asks = judgement.verdict != Verdict::Safe;
            ++(row.mustAsk ? destructive : safe);
            QVERIFY2(!asks || !judgement.reasons.isEmpty(), qPrintable(row.command));
            if (asks == row.mustAsk)
                continue;
            ++(row.mustAsk ? missed : alarms);
            wrong << row.command;
            if (row.mustAsk && whole.contains(row.category))
                missedWhole << row.command;
        }
    }
    qInfo("%d destructive, %d missed; %d safe, %d false alarms", destructive, missed, safe, alarms);
    const auto report = wrong.join(u'\n').toUtf8();
    QVERIFY2(destructive > 100 && safe > 100, "the corpus was read");
    QVERIFY2(missedWhole.isEmpty(), missedWhole.join(u'\n').toUtf8().constData());
    QVERIFY2(missed * 100 <= destructive, report.constData());
    QVERIFY2(alarms * 100 <= safe, report.constData());
}

QTEST_GUILESS_MAIN(TestGateCorpus)
#include "tst_gate_corpus.moc"
