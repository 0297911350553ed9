use super::Address;
use clap::Args;
use domain::{
    accounts,
    actor::Role,
    clock::Clock,
    refusal::{Fault, Refusal},
};
use server::{
    database::Database,
    services::{SystemChance, SystemClock},
    settings::Options,
};
use std::error::Error;

/// The options of `chorus grant`.
#[derive(Debug, Clone, Args)]
pub struct GrantOptions {
    /// The member's handle.
    handle: String,

    /// peer-supporter, moderator, editor or host.
    #[arg(value_parser = role)]
    role: Role,

    /// Take the role away.
    #[arg(long)]
    revoke: bool,
}

/// The options of `chorus reset-link`.
#[derive(Debug, Clone, Args)]
pub struct ResetLinkOptions {
    /// The member's handle.
    handle: String,

    #[command(flatten)]
    address: Address,
}

fn role(text: &str) -> Result<Role, String> {
    text.parse()
        .map_err(|()| "a role is peer-supporter, moderator, editor or host".to_owned())
}

fn sentence(fault: Fault, handle: &str) -> Box<dyn Error> {
    match fault {
        Fault::Refused(Refusal::NotFound) => {
            format!("nobody here has the handle {handle:?}").into()
        }
        Fault::Refused(refusal) => app::ui::words::refusal(&refusal).into(),
        Fault::Store(error) => error.into(),
    }
}

/// Gives or takes a role.
pub async fn grant(options: &Options, grant: &GrantOptions) -> Result<(), Box<dyn Error>> {
    let database = Database::open_existing(&options.database).await?;
    let mut unit = database.store().begin().await?;
    let now = SystemClock.now();
    let member = accounts::grant(
        &mut *unit,
        &SystemChance,
        now,
        &grant.handle,
        grant.role,
        grant.revoke,
    )
    .await
    .map_err(|fault| sentence(fault, &grant.handle))?;
    unit.commit().await?;
    database.close().await;
    let roles: Vec<&str> = Role::ALL
        .into_iter()
        .filter(|role| member.roles.has(*role))
        .map(Role::name)
        .collect();
    let roles = if roles.is_empty() {
        "no role".to_owned()
    } else {
        roles.join(", ")
    };
    println!("{} now has: {}", member.handle, roles.replace('_', "-"));
    Ok(())
}

/// Makes a reset link.
pub async fn reset_link(options: &Options, link: &ResetLinkOptions) -> Result<(), Box<dyn Error>> {
    let database = Database::open_existing(&options.database).await?;
    let mut unit = database.store().begin().await?;
    let now = SystemClock.now();
    let secret = accounts::make_reset_link(&mut *unit, &SystemChance, now, &link.handle)
        .await
        .map_err(|fault| sentence(fault, &link.handle))?;
    unit.commit().await?;
    database.close().await;
    println!("{}", link.address.of(&format!("/recover/{secret}")));
    eprintln!("It works once, for a day. Give it to this member only, and not by a public way.");
    Ok(())
}

/// Makes an invitation.
pub async fn invite(options: &Options, address: &Address) -> Result<(), Box<dyn Error>> {
    let database = Database::open_existing(&options.database).await?;
    let mut unit = database.store().begin().await?;
    let secret = accounts::invite_from_console(&mut *unit, &SystemChance, SystemClock.now())
        .await
        .map_err(|fault| sentence(fault, ""))?;
    unit.commit().await?;
    database.close().await;
    println!("{}", address.of(&format!("/join?invitation={secret}")));
    eprintln!("It works once, for two weeks. Give it to one person.");
    Ok(())
}
