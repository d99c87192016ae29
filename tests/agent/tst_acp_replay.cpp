// What real agents said, played again: the session must see every update, ask for what they asked for, answer as the
// protocol wants it and end each turn as they did.
#include "fake_host.h"

using namespace switchyard;
using namespace switchyard::testing;

namespace {

struct Capture {
    struct Turn {
        QString stopReason; //!< or
        int errorCode = 0;
        bool cancelled = false;
        qsizetype updatesBeforeCancel = 0, asksBeforeCancel = 0;
    };
    QList<QJsonObject> updates;
    QList<QJsonObject> answers; //!< the client's, to permissions
    QList<Turn> turns;
    QString mode; //!< that the client set

    Capture(const QString& file, const QString& folder)
    {
        qsizetype asks = 0;
        QSet<int> permissions;
        QJsonValue promptId;
        for (auto line : readFile(file).replace("<WS>", folder.toUtf8()).split('\n')) {
            const auto entry = QJsonDocument::fromJson(line).object();
            const auto message = entry[u"msg"].toObject();
            const auto method = message[u"method"].toString();
            if (entry[u"dir"].toString() == u"client->agent") {
                if (method == u"session/prompt") {
                    turns.append(Turn{});
                    promptId = message[u"id"];
                } else if (method == u"session/cancel") {
                    turns.last().cancelled = true;
                    turns.last().updatesBeforeCancel = updates.size();
                    turns.last().asksBeforeCancel = asks;
                } else if (method == u"session/set_mode") {
                    mode = message[u"params"][u"modeId"].toString();
                } else if (method.isEmpty() && permissions.contains(message[u"id"].toInt())) {
                    answers << message[u"result"].toObject();
                }
            } else if (entry[u"dir"].toString() == u"agent->client") {
                if (method == u"session/update") {
                    updates << message[u"params"][u"update"].toObject();
                } else if (method == u"session/request_permission") {
                    ++asks;
                    permissions.insert(message[u"id"].toInt());
                } else if (method.isEmpty() && !turns.isEmpty() && message[u"id"] == promptId) {
                    turns.last().stopReason = message[u"result"][u"stopReason"].toString();
                    turns.last().errorCode = message[u"error"][u"code"].toInt();
                }
            }
        }
    }
};

bool removes(const PermissionRequest& request)
{
    static const QRegularExpression pattern(u"\\brm\\b"_s);
    return pattern.match(request.command).hasMatch();
}

} // namespace

class TestAcpReplay : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void replay_data()
    {
        QTest::addColumn<QStringList>("asked"); // the commands, or the file name for an edit
        QTest::addColumn<bool>("refuseRemoval");
        const QString edit = u"calc.py"_s;
        const QString test = u"python3 -m unittest -q test_calc.py"_s;
        const QString remove = u"rm old_file.py"_s;
        const QString wait = u"python3 -c 'import time; time.sleep(61)'"_s;
        const QStringList all{edit, test, remove};
        QTest::newRow("claude-allow") << all << false;
        QTest::newRow("claude-client-caps") << all << false;
        QTest::newRow("claude-ask-rules") << all << true;
        QTest::newRow("claude-reject-delete") << all << true;
        QTest::newRow("claude-hook-ask") << QStringList{test, remove} << true;
        QTest::newRow("claude-cancel-stream") << QStringList{} << false;
        QTest::newRow("claude-cancel-permission") << QStringList{edit} << false;
        QTest::newRow("claude-cancel-bash") << QStringList{wait} << false;
        QTest::newRow("claude-error-api") << QStringList{} << false;
        QTest::newRow("claude-not-logged-in") << QStringList{} << false;
        QTest::newRow("codex-rules-reject-delete") << QStringList{remove} << true;
        QTest::newRow("codex-readonly-edit-allow") << QStringList{edit} << false;
        QTest::newRow("codex-escalate-reject") << QStringList{u"rm -rf <RUN>"_s} << true;
        QTest::newRow("codex-hidden-deletes")
            << QStringList{u"rm nope"_s,         u"rm -f nope"_s,  u"/bin/rm nope"_s,
                           u"true && rm nope"_s, u"ls; rm nope"_s, u"cd . && rm nope"_s}
            << false;
        QTest::newRow("codex-cancel") << QStringList{} << false;
        QTest::newRow("codex-cancel-running-command") << QStringList{} << false;
        QTest::newRow("gemini-reject-delete") << all << true;
        QTest::newRow("gemini-cancel") << QStringList{edit} << false;
        QTest::newRow("opencode-ask-reject-delete") << all << true;
        QTest::newRow("opencode-cancel") << QStringList{edit} << false;
    }
    void replay()
    {
        QFETCH(QStringList, asked);
        QFETCH(bool, refuseRemoval);
        const auto file =
            QStringLiteral(TEST_DATA_DIR "/captures/") + QString::fromLatin1(QTest::currentDataTag()) + u".ndjson"_s;
        QVERIFY(QFile::exists(file));
        const auto scripted = ScriptedSession::replaying(file);
        auto& s = *scripted;
        const Capture capture(file, s.folder());
        QVERIFY(!capture.turns.isEmpty());
        s.server.mode = capture.mode;
        s.host.policy = [&](const PermissionRequest& request) {
            return refuseRemoval && removes(request) ? PermissionAnswer::Reject : PermissionAnswer::Allow;
        };
        const auto started = s.start();
        QVERIFY2(started, started ? "" : qUtf8Printable(describe(started.error())));

        for (const auto& turn : capture.turns) {
            const bool whileAsked = turn.cancelled && turn.asksBeforeCancel > capture.answers.size() - 1 &&
                                    !capture.answers.isEmpty() &&
                                    capture.answers.last()[u"outcome"][u"outcome"].toString() == u"cancelled";
            s.host.silent = whileAsked;
            auto running = s.session->prompt(u"go"_s);
            if (turn.cancelled) {
                QTRY_COMPARE(s.updates.size(), turn.updatesBeforeCancel);
                QTRY_COMPARE(s.host.asked.size(), turn.asksBeforeCancel);
                s.session->cancel();
            }
            const auto end = await(std::move(running));
            s.host.silent = false;
            if (turn.errorCode != 0) {
                QVERIFY(!end);
                QCOMPARE(end.error().code, turn.errorCode == -32000 ? ErrorCode::Unavailable : ErrorCode::Internal);
            } else {
                QVERIFY2(end, end ? "" : qUtf8Printable(describe(end.error())));
                QCOMPARE(end->stopReason, turn.stopReason);
                if (turn.stopReason == u"end_turn" && !s.host.asked.isEmpty())
                    QVERIFY(end->usage[u"totalTokens"].toInt() > 0);
            }
        }
        QTRY_COMPARE(s.updates.size(), capture.updates.size());
        QCOMPARE(s.updates, capture.updates);

        QStringList got;
        for (const auto& request : std::as_const(s.host.asked))
            got << (request.command.isEmpty() ? QFileInfo(request.paths.value(0)).fileName() : request.command);
        QCOMPARE(got, asked);
        for (const auto& request : std::as_const(s.host.asked)) {
            QVERIFY(!request.toolCallId.isEmpty());
            QCOMPARE(request.cwd, s.folder());
        }
        QList<QJsonObject> answers;
        for (const auto& answer : s.answers()) {
            if (answer[u"result"].toObject().contains(u"outcome"))
                answers << answer[u"result"].toObject();
        }
        QCOMPARE(answers, capture.answers); // the option of the right kind, whatever it is called and where it stands
        const auto odd = s.problems.filter(QRegularExpression(u"^(?!.*changed its mode)"_s));
        QVERIFY2(odd.isEmpty(), qPrintable(odd.join(u'\n')));
        if (QString::fromLatin1(QTest::currentDataTag()) ==
            u"opencode-ask-reject-delete") // it writes though nobody offered
            QVERIFY(s.host.files.contains(s.folder() + u"/calc.py"_s));
        QVERIFY(s.stop());
        QVERIFY2(s.endedOrderly, qPrintable(s.endedHow));
    }
};

QTEST_GUILESS_MAIN(TestAcpReplay)
#include "tst_acp_replay.moc"
