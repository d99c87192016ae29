// The output of the task that is shown: where it shows, which log it is, its keys, and the files it names.

#include "ui/log/log_view.h"
#include "ui/shell/actions.h"
#include "ui/tasks/engine_log.h"
#include "ui/tasks/task_page.h"

#include <QAction>
#include <QDir>
#include <QFileInfo>
#include <QJsonObject>
#include <QLayout>
#include <QRegularExpression>
#include <QTabWidget>

namespace switchyard::ui {

namespace {
constexpr int maxInlineOutput = 64 * 1024;
} // namespace

void TaskPage::connectOutput()
{
    connect(m_output, &LogView::openLocation, this, &TaskPage::openLocation);
    // The log has these actions itself, for its menu and for when it has the focus: by the keys that the user chose.
    for (const auto& info : Actions::table()) {
        const auto id = QString::fromLatin1(info.id);
        if (!id.startsWith(u"read."_s) || id == u"read.follow"_s) // its key moves to the end and follows already
            continue;
        auto name = id;
        name.replace(0, 4, u"log"_s);
        auto* const own = m_output->findChild<QAction*>(name);
        const auto* const chosen = m_actions[info.id];
        const auto take = [own, chosen] {
            if (own->shortcuts() != chosen->shortcuts())
                own->setShortcuts(chosen->shortcuts());
        };
        take();
        connect(chosen, &QAction::changed, own, take);
    }
}

void TaskPage::openLocation(const QString& file, int line)
{
    const auto* const task = m_feed.find(m_id);
    QStringList folders;
    if (task)
        folders << task->worktree << task->spec.project;
    folders.removeAll(QString());
    auto path = file;
    for (const auto& folder : std::as_const(folders)) {
        const auto inside = QDir(folder).absoluteFilePath(file); // as it is if it is absolute
        if (QFileInfo(inside).isFile()) {
            path = inside;
            break;
        }
    }
    Q_EMIT fileWanted(path, line);
}

//! An earlier attempt's, until another begins or the newest is asked for.
void TaskPage::showOutputOf(int attempt)
{
    const auto* const task = m_feed.find(m_id);
    m_wantedAttempt = task && attempt == task->attempt ? 0 : attempt;
    m_tabs->setTabText(OutputTab, m_wantedAttempt > 0 ? tr("Output of attempt %1").arg(m_wantedAttempt) : tr("Output"));
    updateAttempts();
    loadLog();
    setTab(OutputTab);
}

void TaskPage::loadLog()
{
    const auto* const task = m_feed.find(m_id);
    const int attempt = !task ? 0 : m_wantedAttempt > 0 ? m_wantedAttempt : task->attempt;
    if (attempt == 0 || attempt == m_logAttempt)
        return;
    QCoro::connect(m_client.logInfo(m_id, attempt), this,
                   [this, attempt, request = m_request](const Result<client::LogInfo>& log) {
                       if (request != m_request || !log)
                           return;
                       m_logAttempt = attempt;
                       const auto* const current = m_feed.find(m_id);
                       m_output->setFollowing(current && isActive(current->status) && current->attempt == attempt);
                       m_output->setLog(log->path, engineLog(m_client, m_id, attempt));
                   });
}

QWidget* TaskPage::outputView() const
{
    return m_output;
}

void TaskPage::setOutputApart(bool apart)
{
    if (apart == m_outputApart)
        return;
    m_outputApart = apart;
    if (!apart) {
        m_outputTab->layout()->addWidget(m_output);
        m_output->show();
    }
    m_tabs->setTabVisible(OutputTab, !apart);
    if (apart)
        loadLog();
    else
        tabChanged();
}

bool TaskPage::showsOutput() const
{
    return m_outputApart || m_tabs->currentIndex() == OutputTab;
}

void TaskPage::loadOutput(int row)
{
    const auto item = m_activity.item(row);
    const auto length = std::min<qint64>(item.logTo - item.logFrom, maxInlineOutput);
    const QJsonObject params{{u"id"_s, m_id.toString()},
                             {u"attempt"_s, item.attempt},
                             {u"offset"_s, item.logTo - length},
                             {u"limit"_s, length}};
    QCoro::connect(
        m_client.call(u"log.read"_s, params), this, [this, row, request = m_request](const Result<QJsonValue>& answer) {
            if (request != m_request)
                return;
            auto text = answer ? QString::fromUtf8(QByteArray::fromBase64((*answer)[u"base64"].toString().toLatin1()))
                               : answer.error().message;
            static const QRegularExpression escapes(u"\\x1b\\[[0-9;?]*[A-Za-z]|\\r"_s);
            text.remove(escapes);
            m_activity.setBody(row, text.trimmed().isEmpty() ? tr("(no output)") : text.trimmed());
        });
}

} // namespace switchyard::ui
