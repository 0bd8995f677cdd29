//! Builds handlers: from the names in a stack to zips, compiling only what changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{
    assembly::Asset,
    cargo,
    compiler::Compiler,
    context::Context,
    elf,
    error::Error,
    fingerprint::Record,
    lambda::Platform,
    lock::Lock,
    workspace::Bin,
    zip::{self, HandlerZip},
};

/// A zip on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Built {
    /// Names the zip by its content.
    pub(crate) hash: String,
    /// The zip.
    pub(crate) zip: PathBuf,
    /// The zip's size in bytes.
    pub(crate) size: u64,
    /// Whether this call built it, or an earlier one.
    pub(crate) fresh: bool,
}

/// A handler on a platform.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Job {
    /// The bin target's name.
    pub(crate) handler: String,
    /// Where it is to run.
    pub(crate) platform: Platform,
}

impl Job {
    /// What a stack asks for.
    pub(crate) fn of(asset: &Asset) -> Result<Self, Error> {
        Ok(Self { handler: asset.handler.clone(), platform: Platform::of(asset)? })
    }
}

/// Builds what these jobs ask for, with one cargo call for each platform at most.
pub(crate) fn build(cx: &Context, jobs: &BTreeSet<Job>) -> Result<BTreeMap<Job, Built>, Error> {
    let mut built = BTreeMap::new();
    if jobs.is_empty() {
        return Ok(built);
    }
    let workshop = Workshop::open(cx)?;
    let mut platforms: BTreeMap<Platform, Vec<&Bin>> = BTreeMap::new();
    for job in jobs {
        let bin = cx.workspace()?.bin(&job.handler)?;
        match workshop.find(job, bin)? {
            Some(zip) => _ = built.insert(job.clone(), zip),
            None => platforms.entry(job.platform).or_default().push(bin),
        }
    }
    for (platform, bins) in platforms {
        built.extend(workshop.build(platform, &bins)?);
    }
    Ok(built)
}

/// Where zips are made and kept.
struct Workshop<'a> {
    cx: &'a Context,
    compiler: Compiler<'a>,
    folder: PathBuf,
    _lock: Lock,
}

impl<'a> Workshop<'a> {
    fn open(cx: &'a Context) -> Result<Self, Error> {
        let workspace = cx.workspace()?;
        let folder = workspace.scratch().join("handlers");
        fs::create_dir_all(&folder).map_err(Error::io("create", &folder))?;
        Ok(Self {
            cx,
            compiler: Compiler::find(workspace)?,
            _lock: Lock::take(&cx.ui, &folder)?,
            folder,
        })
    }

    /// The zip of an earlier build, if another build would make the same.
    fn find(&self, job: &Job, bin: &Bin) -> Result<Option<Built>, Error> {
        let settings = self.compiler.settings(job.platform, bin)?;
        let record = Record::read(&self.record(job)).filter(|it| it.is_current(&settings));
        Ok(record.and_then(|record| {
            let zip = self.zip(&record.asset);
            let size = fs::metadata(&zip).ok()?.len();
            Some(Built { hash: record.asset, zip, size, fresh: false })
        }))
    }

    fn build(&self, platform: Platform, bins: &[&Bin]) -> Result<Vec<(Job, Built)>, Error> {
        for bin in bins {
            self.compiler.check_target(bin, platform.architecture)?;
        }
        let started = SystemTime::now();
        let command = self.compiler.command(platform, bins);
        let names: Vec<_> = bins.iter().map(|bin| bin.name.as_str()).collect();
        let what = format!("Building {} for {}", names.join(", "), platform.architecture);
        let executables = cargo::build(&self.cx.ui, &what, command).inspect_err(|_| {
            if let Some(advice) = self.compiler.advice(platform.architecture) {
                self.cx.ui.hint(&advice);
            }
        })?;
        let mut made = Vec::new();
        for bin in bins {
            let job = Job { handler: bin.name.clone(), platform };
            let executable = executables
                .get(&bin.name)
                .ok_or_else(|| Error::io("find", &bin.name)(io::ErrorKind::NotFound.into()))?;
            let built = self.pack(&job, executable)?;
            let settings = self.compiler.settings(platform, bin)?;
            if let Some(record) = Record::of_build(&settings, executable, started, &built.hash) {
                record.write(&self.record(&job))?;
            }
            made.push((job, built));
        }
        Ok(made)
    }

    /// Checks an executable and zips it.
    fn pack(&self, job: &Job, executable: &Path) -> Result<Built, Error> {
        let binary = fs::read(executable).map_err(Error::io("read", executable))?;
        elf::check(&binary, job.platform).map_err(|unfit| Error::Handler {
            handler: job.handler.clone(),
            problem: unfit.to_string(),
            hint: unfit.hint().into(),
        })?;
        if let Some(folder) = self.compiler.leaks(&binary) {
            self.cx.ui.warn(&format!(
                "handler `{}` contains the path {}, so another machine will build other bytes",
                job.handler,
                folder.display()
            ));
            self.cx
                .ui
                .hint("in your cargo configuration, move `rustflags` from [target] to [build]");
        }
        let HandlerZip { hash, bytes } =
            zip::handler(&binary).map_err(|error| Error::io("zip", executable)(error.into()))?;
        let zip = self.zip(&hash);
        fs::write(&zip, &bytes).map_err(Error::io("write", &zip))?;
        Ok(Built { hash, zip, size: bytes.len() as u64, fresh: true })
    }

    fn zip(&self, hash: &str) -> PathBuf {
        self.folder.join(format!("{hash}.zip"))
    }

    fn record(&self, job: &Job) -> PathBuf {
        let Platform { architecture, glibc } = job.platform;
        self.folder.join(format!("{}-{architecture}-{glibc}.json", job.handler))
    }
}
