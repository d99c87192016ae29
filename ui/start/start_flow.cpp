#include "ui/start/start_flow.h"

#include "ui/confirm/choose_code_dialog.h"

#include <QDir>
#include <QMessageBox>
#include <QPushButton>

namespace switchyard::ui {

StartFlow::StartFlow(client::EngineClient& client, QWidget* window)
    : QObject(window), m_client(client), m_window(window)
{
}

void StartFlow::chooseCode(bool change, std::function<void()> then)
{
    auto* const dialog = new ChooseCodeDialog(m_client, change, m_window);
    connect(dialog, &QDialog::accepted, this, [this, then = std::move(then)] {
        m_codeIsSet = true;
        Q_EMIT codeSet();
        if (then)
            then();
    });
    dialog->open();
}

void StartFlow::start(TaskSpec spec, bool open)
{
    if (spec.goal.isEmpty()) {
        Q_EMIT goalWanted();
        return;
    }
    if (spec.project.isEmpty()) {
        Q_EMIT folderWanted();
        return;
    }
    if (!m_codeIsSet && m_client.state() == client::EngineClient::State::Connected) {
        chooseCode(false, [this, spec, open] { check(spec, open); });
        return;
    }
    check(spec, open);
}

void StartFlow::check(const TaskSpec& spec, bool open)
{
    QCoro::connect(m_client.call(u"project.check"_s, {{u"path"_s, spec.project}}), this,
                   [this, spec, open](const Result<QJsonValue>& answer) {
                       if (!answer) {
                           Q_EMIT failed(answer.error());
                           return;
                       }
                       const auto found = answer->toObject();
                       if (!found[u"exists"].toBool()) {
                           Q_EMIT failed({ErrorCode::NotFound, tr("There is no folder %1.").arg(spec.project),
                                          tr("Choose another one.")});
                       } else if (!found[u"repository"].toBool() && spec.isolation == Isolation::Worktree) {
                           askAboutFolder(spec, open);
                       } else {
                           create(spec, open);
                       }
                   });
}

void StartFlow::askAboutFolder(const TaskSpec& spec, bool open)
{
    auto* const box = new QMessageBox(QMessageBox::NoIcon, tr("Not a repository"),
                                      tr("%1 is not a git repository.").arg(QDir(spec.project).dirName()),
                                      QMessageBox::NoButton, m_window);
    box->setObjectName(u"notRepositoryDialog"_s);
    box->setInformativeText(
        tr("In a repository the task works on a branch of its own, which you look at and merge. Run in place, it "
           "changes the files of this folder directly."));
    box->setAttribute(Qt::WA_DeleteOnClose);
    auto* const init = box->addButton(tr("Make it a repository"), QMessageBox::AcceptRole);
    init->setObjectName(u"makeRepositoryButton"_s);
    auto* const inPlace = box->addButton(tr("Run in place"), QMessageBox::AcceptRole);
    inPlace->setObjectName(u"runInPlaceButton"_s);
    auto* const back = box->addButton(tr("Go back"), QMessageBox::RejectRole);
    box->setDefaultButton(back);
    box->setEscapeButton(back);
    connect(box, &QMessageBox::buttonClicked, this, [this, spec, open, init, inPlace](QAbstractButton* clicked) {
        if (clicked == inPlace) {
            auto here = spec;
            here.isolation = Isolation::InPlace;
            create(here, open);
        } else if (clicked == init) {
            QCoro::connect(m_client.call(u"project.init"_s, {{u"path"_s, spec.project}}), this,
                           [this, spec, open](const Result<QJsonValue>& done) {
                               if (done)
                                   create(spec, open);
                               else
                                   Q_EMIT failed(done.error());
                           });
        }
    });
    box->open();
}

void StartFlow::create(const TaskSpec& spec, bool open)
{
    QCoro::connect(m_client.createTask(spec), this, [this, open](const Result<Task>& task) {
        if (task)
            Q_EMIT started(*task, open);
        else
            Q_EMIT failed(task.error());
    });
}

void StartFlow::startDemo()
{
    if (!m_codeIsSet) {
        chooseCode(false, [this] { startDemo(); });
        return;
    }
    if (std::exchange(m_demoUnderWay, true))
        return;
    QCoro::connect(m_client.startDemo(), this, [this](const Result<Task>& task) {
        m_demoUnderWay = false;
        if (task)
            Q_EMIT started(*task, true);
        else
            Q_EMIT failed(task.error());
    });
}

} // namespace switchyard::ui
